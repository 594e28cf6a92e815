"""What the API answers about texts and what models make of them: the inbox, intents, warnings, predictions."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from parlance.domain.parsing import Intent, Prediction
from parlance.domain.shapes import Variation


class UserInput(msgspec.Struct, frozen=True, kw_only=True):
    """A text and its prediction; ranking and entities are Rasa's."""

    text: str
    intent: Intent
    intent_ranking: tuple[dict[str, Any], ...]
    entities: tuple[dict[str, Any], ...]


class MessageLog(msgspec.Struct, frozen=True, kw_only=True):
    """A text in the inbox, how often it was said, and where last."""

    id: int
    time: float
    model: str
    hash: str
    conversation_id: str | None
    event_id: str | None
    n_messages: int
    user_input: UserInput


class IntentState(msgspec.Struct, frozen=True, kw_only=True):
    """An intent; a temporary one has examples and is not in the domain."""

    intent: str
    is_temporary: bool
    examples_count: int
    user_goal: str | None


class UserGoal(msgspec.Struct, frozen=True, kw_only=True):
    """What people want who say one of these intents."""

    name: str
    intents: tuple[str, ...]


class DataWarning(msgspec.Struct, frozen=True, kw_only=True):
    """Something odd in the training data."""

    type: Literal["conflicting_intents", "few_examples", "entity_mark"]
    path: str
    line: int
    message: str


class Apart(msgspec.Struct, frozen=True, kw_only=True):
    """Names that only one side knows."""

    in_domain: tuple[str, ...]
    in_training_data: tuple[str, ...]


class DomainWarnings(msgspec.Struct, frozen=True, kw_only=True):
    """What domain and training data do not agree about."""

    intent_warnings: Apart
    entity_warnings: Apart
    action_warnings: Apart
    slot_warnings: Apart


class ResponseGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A response with its variations."""

    name: str
    responses: tuple[Variation, ...]


class RasaNluData(msgspec.Struct, frozen=True, kw_only=True):
    """All training data of the NLU in Rasa's JSON format."""

    rasa_nlu_data: dict[str, Any]


class SavedTest(msgspec.Struct, frozen=True, kw_only=True):
    """An end-to-end test as YAML, and where it stands."""

    id: int
    name: str
    story: str
    filename: str
    line: int


class ParsedText(msgspec.Struct, frozen=True, kw_only=True):
    """A text and what a model makes of it."""

    text: str | None
    intent: Intent | None
    intent_ranking: tuple[dict[str, Any], ...] | None = None
    entities: tuple[dict[str, Any], ...] | None = None


class ParsedTexts(msgspec.Struct, frozen=True, kw_only=True):
    """What a model makes of texts; `warm`: the model in service did it within the call."""

    model: str
    warm: bool
    messages: tuple[ParsedText, ...]


class Disagreement(msgspec.Struct, frozen=True, kw_only=True):
    """A text of which two models think differently; predictions in the order of the models."""

    text: str
    hash: str
    differs_in: tuple[Literal["intent", "entities"], ...]
    predictions: tuple[Prediction, ...]


class Disagreements(msgspec.Struct, frozen=True, kw_only=True):
    """Where two models disagree."""

    models: tuple[str, ...]
    n_messages: int
    n_disagreements: int
    disagreements: tuple[Disagreement, ...]
