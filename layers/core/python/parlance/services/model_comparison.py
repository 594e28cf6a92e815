"""Two models side by side: what is known of them, and what they did in conversations."""

from __future__ import annotations

import time
from typing import Any

from parlance.adapters import model_numbers, models
from parlance.domain.models import Model, describe

NOBODY = {
    "conversations": 0,
    "user_messages": 0,
    "bot_messages": 0,
    "mean_confidence": None,
    "low_confidence": None,
    "nlu_fallbacks": 0,
    "core_fallbacks": 0,
    "rejected_actions": 0,
}
"""The figures of a model that nobody spoke to."""
DAY = 86_400.0


def compare(name: str, other: str, *, days: float) -> dict[str, Any]:
    """Return two models, in which facts they differ, and their figures of the last days; raises NotFound."""
    pair = models.find(name), models.find(other)
    facts = [describe(model) for model in pair]
    since = time.time() - days * DAY
    numbers = model_numbers.count([model.model_id for model in pair if model.model_id], since)
    return {
        "models": facts,
        "differences": {key: [one[key] for one in facts] for key in facts[0] if facts[0][key] != facts[1][key]},
        "since": since,
        "numbers": [_numbers(model, numbers) for model in pair],
    }


def _numbers(model: Model, found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    figures = found.get(model.model_id, NOBODY)
    messages = figures["user_messages"]
    return {**figures, "fallback_share": figures["nlu_fallbacks"] / messages if messages else None}
