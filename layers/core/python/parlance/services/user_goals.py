"""User goals: what people want when they say one of several intents."""

from __future__ import annotations

from typing import Any

from parlance.adapters import user_goals as store
from parlance.domain.errors import Conflict, NotFound


def listed() -> list[dict[str, Any]]:
    """Return every goal with its intents."""
    return store.all_goals()


def add(name: str) -> dict[str, Any]:
    """Keep a goal; raises Conflict when there is one of this name."""
    if not store.add(name):
        raise Conflict("There is a goal of this name.", code="UserGoalExists")
    return {"name": name, "intents": []}


def remove(name: str) -> None:
    """Forget a goal, for all its intents; raises NotFound."""
    if not store.remove(name):
        raise NotFound("No such goal.", code="UserGoalNotFound")
