"""An evaluation: Rasa's own report, and the few figures of it that lists and rules need."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from parlance.domain.errors import Invalid


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of an evaluation beside its report."""

    job_id: str
    model: str
    report_key: str
    files: tuple[str, ...]
    scores: dict[str, Any]
    created_at: datetime
    created_by: str


class Intents(msgspec.Struct, frozen=True):
    """Rasa's evaluation of intents, as far as figures go."""

    f1_score: float
    accuracy: float
    precision: float
    report: dict[str, Any]
    errors: list[Any] = []


class _Dialogue(msgspec.Struct, frozen=True):
    f1: float
    accuracy: float
    precision: float
    report: dict[str, Any]


class _Nlu(msgspec.Struct, frozen=True):
    intent_evaluation: Intents | None = None
    entity_evaluation: dict[str, dict[str, Any]] | None = None


class Report(_Nlu, frozen=True):
    """A whole report; names are Rasa's."""

    files: tuple[str, ...] = ()
    cross_validation: _Nlu | None = None
    stories: _Dialogue | None = None
    tests: _Dialogue | None = None
    left_out: dict[str, str] = {}


def read_report(content: bytes) -> Report:
    """Understand a report's figures; raises Invalid."""
    try:
        return msgspec.json.decode(content, type=Report)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Invalid(f"The evaluation's report cannot be read: {error}", code="ReportInvalid") from error


class Judgement(msgspec.Struct, frozen=True):
    """What Rasa said of a conversation as it was at a time; `{"refused": words}` when Rasa could not go through it."""

    sender_id: str
    at: float
    result: dict[str, Any]


def read_judgements(content: bytes) -> list[Judgement]:
    """Understand the report of evaluated conversations; raises Invalid."""
    try:
        return msgspec.json.decode(content, type=list[Judgement])
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Invalid(f"The evaluations cannot be read: {error}", code="ReportInvalid") from error


def scores_of(report: Report) -> dict[str, Any]:
    """Return a report's figures by part; a part that was not run is not there."""
    found = {
        "nlu": _nlu(report),
        "cross_validation": _nlu(report.cross_validation),
        "stories": _dialogue(report.stories),
        "tests": _dialogue(report.tests),
        "left_out": report.left_out,
    }
    return {part: figures for part, figures in found.items() if figures}


def _nlu(part: _Nlu | None) -> dict[str, Any] | None:
    intents = part.intent_evaluation if part else None
    if part is None or intents is None:
        return None
    support = intents.report.get("weighted avg", {}).get("support", 0)
    entities = {name: found.get("f1_score") for name, found in (part.entity_evaluation or {}).items()}
    return {
        "f1": intents.f1_score,
        "accuracy": intents.accuracy,
        "precision": intents.precision,
        "examples": support,
        "errors": len(intents.errors),
        "entities_f1": entities,
    }


def _dialogue(part: _Dialogue | None) -> dict[str, Any] | None:
    if part is None:
        return None
    whole = part.report.get("conversation_accuracy", {})
    return {
        "f1": part.f1,
        "accuracy": part.accuracy,
        "precision": part.precision,
        "correct": whole.get("correct", 0),
        "total": whole.get("total", 0),
        "with_warnings": whole.get("with_warnings", 0),
    }


def describe(found: Evaluation, objections: list[str]) -> dict[str, Any]:
    """Return the API's short evaluation object."""
    return {
        "model": found.model,
        "job": found.job_id,
        "evaluated_at": found.created_at.timestamp(),
        "evaluated_by": found.created_by,
        "scores": found.scores,
        "files": found.files,
        "passed": not objections,
        "objections": objections,
    }
