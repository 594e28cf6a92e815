"""Interactive learning: what is asked of Rasa, and events that are told again."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from parlance.domain.errors import Invalid
from parlance.domain.instants import Instant

Sender = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Event = dict[str, Any]
Events = Annotated[list[Event], msgspec.Meta(min_length=1, max_length=10_000)]

SESSION: tuple[Event, ...] = ({"event": "action", "name": "action_session_start"}, {"event": "session_started"})
NOTHING: Event = {"event": "entities", "entities": []}
"""Changes nothing, neither in a new conversation nor in one that a human has taken over, but has Rasa begin one."""


class NewConversation(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation to be begun, and whether it goes on from a point of another one."""

    sender_id: Sender | None = None
    conversation_id_to_copy_from: Sender | None = None
    until: Instant | None = None


class ActionToRun(msgspec.Struct, frozen=True, kw_only=True):
    """An action that is run although no policy chose it."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    policy: str | None = None
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None


def told_again(events: list[Event]) -> list[Event]:
    """Return events without their times: Rasa gives them new ones, in this order."""
    return [{name: value for name, value in event.items() if name != "timestamp"} for event in events]


def begun(events: list[Event]) -> list[Event]:
    """Return events that begin with a session.

    Rasa begins one of its own before others, whose times are then older than it: they would be left out of all that
    policies see. Beside a session's start, whatever a channel sets before it (`session_started_metadata`) is such.
    """
    if [_kind(event) for event in events[:2]] == [_kind(event) for event in SESSION]:
        return events
    return [*SESSION, {"event": "action", "name": "action_listen"}, *events]


def _kind(event: Event) -> tuple[Any, Any]:
    return event["event"], event.get("name")


def checked(events: list[Event]) -> list[Event]:
    """Return the events if each names its kind; raises Invalid that says which does not."""
    for place, event in enumerate(events):
        if not isinstance(event.get("event"), str):
            raise Invalid(f"event {place}: `event` must say its kind.")
    return events
