"""Evaluations of models: asked for, listed, read, dropped; and whether one keeps its model from service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import automation, evaluations, models, objects
from parlance.domain.automation import objections
from parlance.domain.errors import NotFound
from parlance.domain.evaluations import Evaluation, describe
from parlance.settings import settings

if TYPE_CHECKING:
    from parlance.domain.automation import Automation


def list_newest(limit: int, offset: int) -> tuple[list[dict[str, Any]], int]:
    """Return the newest evaluation of each model with its figures, and the number of models that have one."""
    found, total = evaluations.newest_of_each(limit, offset)
    rules = automation.load()
    return [_described(evaluation, rules) for evaluation in found], total


def read(model: str) -> dict[str, Any]:
    """Return a model's newest evaluation with Rasa's whole report; raises NotFound."""
    found = _newest(model)
    report = msgspec.json.decode(objects.stream(settings().data_bucket, found.report_key).read())
    return {**_described(found, automation.load()), **report}


def file_address(model: str, name: str) -> str:
    """Return where one of Rasa's own files can be read for some minutes; raises NotFound."""
    found = _newest(model)
    if name not in found.files:
        raise NotFound("The evaluation has no such file.", code="FileNotFound")
    return objects.reading_address(settings().data_bucket, _beside(found, name), name.replace("/", "-"))


def drop(model: str) -> None:
    """Forget a model's evaluations, and their reports; raises NotFound when there is none."""
    gone = evaluations.remove(model)
    if not gone:
        raise _none(model)
    for found in gone:
        for key in (*(_beside(found, name) for name in found.files), found.report_key):
            objects.delete(settings().data_bucket, key)


def _newest(model: str) -> Evaluation:
    models.find(model)
    found = evaluations.newest(model)
    if found is None:
        raise _none(model)
    return found


def _described(found: Evaluation, rules: Automation) -> dict[str, Any]:
    """Describe an evaluation; `intent_evaluation` is Rasa X's, without what only the whole report has."""
    nlu = found.scores.get("nlu") or found.scores.get("cross_validation") or {}
    figures = {"f1_score": nlu.get("f1"), "accuracy": nlu.get("accuracy"), "precision": nlu.get("precision")}
    described = describe(found, objections(rules, found.scores))
    return {**described, "intent_evaluation": {**figures, "timestamp": found.created_at.timestamp()}}


def _beside(found: Evaluation, name: str) -> str:
    return f"{found.report_key.rpartition('/')[0]}/{name}"


def _none(model: str) -> NotFound:
    return NotFound(f"The model {model} was not evaluated.", code="EvaluationNotFound")
