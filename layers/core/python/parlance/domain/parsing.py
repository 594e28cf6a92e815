"""What models make of texts: predictions side by side, and where two of them disagree."""

from __future__ import annotations

from typing import Any

import msgspec

from parlance.domain.errors import Invalid
from parlance.domain.training.ids import hash_of


class Intent(msgspec.Struct, frozen=True):
    """The intent that a model is most sure of."""

    name: str | None = None
    confidence: float | None = None


class Prediction(msgspec.Struct, frozen=True):
    """What a model makes of one text; the parts are Rasa's."""

    intent: Intent | None = None
    intent_ranking: list[dict[str, Any]] = []
    entities: list[dict[str, Any]] = []


class Parsed(msgspec.Struct, frozen=True):
    """Texts, and for each model its predictions in the same order."""

    texts: list[str]
    models: list[str]
    model_ids: list[str | None]
    predictions: list[list[Prediction]]


def read_parsed(content: bytes) -> Parsed:
    """Understand the report of a parsing; raises Invalid."""
    try:
        found = msgspec.json.decode(content, type=Parsed)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Invalid(f"The predictions cannot be read: {error}", code="ReportInvalid") from error
    if not len(found.models) == len(found.model_ids) == len(found.predictions) > 0:
        raise Invalid("There are not as many predictions as models.", code="ReportInvalid")
    if any(len(predictions) != len(found.texts) for predictions in found.predictions):
        raise Invalid("There are not as many predictions as texts.", code="ReportInvalid")
    return found


def rows_of(parsed: Parsed) -> list[dict[str, Any]]:
    """Return the first model's predictions as the inbox keeps them."""
    model_id = parsed.model_ids[0]
    return [
        {
            "hash": hash_of(text),
            "model": model_id,
            "intent": found.intent.name if found.intent else None,
            "confidence": found.intent.confidence if found.intent else None,
            "prediction": found,
        }
        for text, found in zip(parsed.texts, parsed.predictions[0], strict=True)
    ]


def disagreements(parsed: Parsed) -> list[dict[str, Any]]:
    """Return the texts of which two models think differently: another intent, or other entities; the surest first."""
    pairs = zip(parsed.texts, *parsed.predictions, strict=True)
    found = [(text, first, second) for text, first, second in pairs if _differ(first, second)]
    found.sort(key=lambda row: -max(_confidence(row[1]), _confidence(row[2])))
    return [
        {"text": text, "hash": hash_of(text), "differs_in": _parts(first, second), "predictions": [first, second]}
        for text, first, second in found
    ]


def _differ(first: Prediction, second: Prediction) -> bool:
    return bool(_parts(first, second))


def _parts(first: Prediction, second: Prediction) -> list[str]:
    intents = [found.intent.name if found.intent else None for found in (first, second)]
    return ["intent"] * (intents[0] != intents[1]) + ["entities"] * (_entities(first) != _entities(second))


def _entities(found: Prediction) -> set[tuple[str, str]]:
    return {(str(entity.get("entity")), str(entity.get("value"))) for entity in found.entities}


def _confidence(found: Prediction) -> float:
    return (found.intent.confidence if found.intent else None) or 0.0
