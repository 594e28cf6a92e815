"""Distinct values for filter menus, and statistics."""

from __future__ import annotations

from typing import Any

import msgspec

from functions.api.answers import Answer, page
from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain.shapes_insights import SeenModel, Statistics
from parlance.services import menus as service

menus = Resource(__name__)


class SlotQuery(msgspec.Struct, frozen=True):
    """Which slot's values, and what they contain."""

    slot: str = ""
    q: str = ""


def names(call: Call, kind: str) -> Answer:
    """Answer all names of a kind."""
    found = service.seen(call.principal, kind)
    return page(found, len(found))


@menus.endpoint("GET", "/conversationIntents", scope="conversationIntents:list", accepts=API_TOKEN, answer=list[str])
def intents(call: Call) -> Answer:
    """List the intents that were recognised."""
    return names(call, "intent")


@menus.endpoint("GET", "/conversationActions", scope="conversationActions:list", accepts=API_TOKEN, answer=list[str])
def actions(call: Call) -> Answer:
    """List the actions that were run."""
    return names(call, "action")


@menus.endpoint("GET", "/conversationEntities", scope="conversationEntities:list", accepts=API_TOKEN, answer=list[str])
def entities(call: Call) -> Answer:
    """List the entities that were found."""
    return names(call, "entity")


@menus.endpoint("GET", "/conversationPolicies", scope="conversationPolicies:list", accepts=API_TOKEN, answer=list[str])
def policies(call: Call) -> Answer:
    """List the policies that decided."""
    return names(call, "policy")


@menus.endpoint(
    "GET", "/conversations/inputChannels", scope="conversationInputChannels:list", accepts=API_TOKEN, answer=list[str]
)
def channels(call: Call) -> Answer:
    """List the channels that messages came through."""
    return names(call, "channel")


@menus.endpoint(
    "GET", "/conversations/models", scope="conversationModels:list", accepts=API_TOKEN, answer=list[SeenModel]
)
def models(call: Call) -> Answer:
    """List the models that users spoke to."""
    found = service.models(call.principal)
    return page(found, len(found))


@menus.endpoint(
    "GET", "/conversations/slotNames", scope="conversationSlotNames:list", accepts=API_TOKEN, answer=list[str]
)
def slots(call: Call) -> Answer:
    """List the slots that were set."""
    found = service.slot_names(call.principal)
    return page(found, len(found))


@menus.endpoint(
    "GET",
    "/conversations/slotValues",
    scope="conversationSlotValues:list",
    accepts=API_TOKEN,
    query=SlotQuery,
    answer=list[str],
)
def values(call: Call, query: SlotQuery) -> Answer:
    """List the values of one slot, as JSON texts."""
    found = service.slot_values(call.principal, query.slot, query.q)
    return page(found, len(found))


@menus.endpoint("GET", "/statistics", scope="statistics:get", answer=Statistics)
def statistics(call: Call) -> dict[str, Any]:
    """Count messages and name what is most frequent."""
    return service.statistics(call.principal)
