"""What the API answers about models beside the list: tags in time, two side by side, evaluations."""

from __future__ import annotations

from typing import Any

import msgspec

from parlance.domain.shapes import Model
from parlance.domain.tag_history import Cause


class TagMove(msgspec.Struct, frozen=True, kw_only=True):
    """A tag's step to another model; null: taken away."""

    tag: str
    model: str | None
    previous: str | None
    cause: Cause
    reason: str
    by: str
    at: float | None


class ModelNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """What a model did in conversations."""

    conversations: int
    user_messages: int
    bot_messages: int
    mean_confidence: float | None
    low_confidence: float | None
    nlu_fallbacks: int
    core_fallbacks: int
    rejected_actions: int
    fallback_share: float | None


class ModelComparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two models: facts, those of them that differ, and figures since a moment."""

    models: tuple[Model, Model]
    differences: dict[str, tuple[Any, Any]]
    since: float
    numbers: tuple[ModelNumbers, ModelNumbers]


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Rasa X's figures of an evaluation; what the parts of Rasa's report add stands beside them."""

    f1_score: float | None = None
    accuracy: float | None = None
    precision: float | None = None
    timestamp: float | None = None


class ModelEvaluation(msgspec.Struct, frozen=True, kw_only=True):
    """A model's newest evaluation, and whether the rules let it be served."""

    model: str
    job: str
    evaluated_at: float
    evaluated_by: str
    scores: dict[str, Any]
    files: tuple[str, ...]
    passed: bool
    objections: tuple[str, ...]
    intent_evaluation: Figures | None = None
