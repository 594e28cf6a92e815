"""What filter menus offer and the statistics screen shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.adapters import models as model_store
from parlance.adapters import names
from parlance.services.conversations import viewer_of

if TYPE_CHECKING:
    from parlance.domain.identity import Principal

NOTHING = {
    "user_messages": 0, "bot_messages": 0, "top_intents": [], "top_actions": [], "top_entities": [], "top_policies": [],
}  # fmt: skip


def seen(principal: Principal, kind: str) -> list[str]:
    """Return the names of a kind in the conversations that the caller may see."""
    return names.distinct(kind, viewer_of(principal))


def models(principal: Principal) -> list[dict[str, Any]]:
    """Return the models that users spoke to in them, the newest first; the name is None of one that is gone."""
    return model_store.named(names.distinct("model", viewer_of(principal)))


def slot_names(principal: Principal) -> list[str]:
    """Return the slots that were set in them."""
    return names.slot_names(viewer_of(principal))


def slot_values(principal: Principal, slot: str, part: str) -> list[str]:
    """Return the values that a slot had in them."""
    return names.slot_values(viewer_of(principal), slot, part)


def statistics(principal: Principal) -> dict[str, Any]:
    """Return the totals of all conversations; zeros for those who may not see all."""
    return names.statistics() if principal.sees_all else NOTHING
