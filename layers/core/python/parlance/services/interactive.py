"""Interactive learning: conversations that are led step by step, through Rasa's own HTTP API."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec

from parlance.adapters import conversations as store
from parlance.adapters import rasa
from parlance.adapters.sql import transaction
from parlance.domain.errors import AppError, Conflict, Invalid, NotFound, Unprocessable
from parlance.domain.interactive import NOTHING, begun, checked, told_again
from parlance.domain.training.examples import NewExample
from parlance.services.conversations import UNKNOWN, require, viewer_of
from parlance.services.corrections import example_of

if TYPE_CHECKING:
    from parlance.domain.identity import Principal
    from parlance.domain.interactive import ActionToRun, Event, NewConversation

    Lesson = tuple[dict[str, Any], str]
    """A user's message and its intent."""

PLAIN = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/]+")
"""What may stand in a path as it is."""
RESTART: Event = {"event": "restart"}
UNLEARNED = (
    "The events are in the conversation, their training examples are not: do not send the events again, add the"
    " examples themselves (POST /api/projects/default/training_examples)."
)
SHOWN = 1000
"""Events up to which an answer holds the whole tracker; of more it holds the state."""


def begin(principal: Principal, new: NewConversation) -> dict[str, Any]:
    """Begin a conversation of the caller's own, maybe where another one was at a time; returns Rasa's tracker.

    Raises NotFound for a source that the caller may not see, Conflict for a name that is taken.
    """
    sender = new.sender_id or uuid4().hex
    if store.is_visible(sender, viewer_of(principal)) is not None:
        raise Conflict("There is a conversation of this name.", code="ConversationExists")
    events = _copied(principal, new)
    tracker = _append(sender, events or [NOTHING])
    store.claim(sender, principal.username, interactive=True)
    return dict(tracker)


def append(principal: Principal, sender_id: str, events: list[Event]) -> None:
    """Add events to a conversation; the users' among them become training examples.

    Raises Conflict for an example that cannot be written, before Rasa hears of it; what Rasa refuses is not learned.
    Nothing is held while Rasa is asked: who edits training data does not wait for a bot that takes its time. So the
    events may be there when their examples cannot be stored any more: a Conflict of its own code, for a 503 would
    have clients send the events twice.
    """
    told = checked(events)
    is_new = _require_own(principal, sender_id) is None
    lessons = [lesson for event in told if (lesson := _lesson(event))]
    _rehearse(lessons, principal.username)
    if is_new:
        _append(sender_id, [NOTHING])
    _append(sender_id, told)
    _learn(lessons, principal.username)


def replace(principal: Principal, sender_id: str, events: list[Event]) -> None:
    """Restart a conversation with these events: what was before stays and no longer counts."""
    _require_own(principal, sender_id)
    _append(sender_id, [RESTART, *told_again(checked(events))])


def predict(principal: Principal, sender_id: str, include_events: str) -> dict[str, Any]:
    """Return what the bot would do next, with each action's score."""
    _require_own(principal, sender_id)
    return dict(_ask("POST", sender_id, "/predict", include_events=include_events))


def execute(principal: Principal, sender_id: str, action: ActionToRun) -> dict[str, Any]:
    """Run an action; returns the tracker then, and what the bot said."""
    _require_own(principal, sender_id)
    body = {"name": action.name, "policy": action.policy, "confidence": action.confidence}
    return dict(_ask("POST", sender_id, "/execute", body=body, include_events="AFTER_RESTART"))


def _copied(principal: Principal, new: NewConversation) -> list[Event]:
    source = new.conversation_id_to_copy_from
    if not source:
        return []
    require(principal, source)
    events = store.original_events(source, until=new.until)
    if not events:
        raise NotFound("The conversation has no events up to then.", code="ConversationNotFound")
    return begun(told_again(events))


def _append(sender_id: str, events: list[Event]) -> Any:
    shown = "ALL" if len(events) <= SHOWN else "NONE"
    return _ask("POST", sender_id, "/tracker/events", body=events, include_events=shown)


class _RehearsedError(Exception):
    """Takes back what was only tried."""


def _rehearse(lessons: list[Lesson], who: str) -> None:
    """Make the examples and take them back: raises what making them would raise."""
    with suppress(_RehearsedError), transaction():
        _make(lessons, who)
        raise _RehearsedError


def _learn(lessons: list[Lesson], who: str) -> None:
    """Make the examples of events that Rasa has taken; raises Conflict, which says what is left to do."""
    if not lessons:
        return
    try:
        with transaction():
            _make(lessons, who)
    except AppError as error:
        raise Conflict(
            UNLEARNED, code="NotLearned", details={"reason": error.code, "message": error.message}
        ) from error


def _make(lessons: list[Lesson], who: str) -> None:
    for message, intent in lessons:
        example_of(message, intent, who)


def _lesson(event: Event) -> Lesson | None:
    """Return what to learn of a user's message that names its intent; raises Invalid for what cannot be an example."""
    parsed = event.get("parse_data") if event.get("event") == "user" else None
    if not isinstance(parsed, dict):
        return None
    named = parsed.get("intent")
    intent = named.get("name") if isinstance(named, dict) else None
    text = event.get("text") or parsed.get("text")
    if not (intent and text):
        return None
    _require_sayable(text, intent)
    return {"type": "user", "text": text, "entities": parsed.get("entities")}, intent


def _require_sayable(text: Any, intent: Any) -> None:
    try:
        msgspec.convert({"text": text, "intent": intent}, NewExample)
    except msgspec.ValidationError as error:
        raise Invalid(f"A user event's text and intent become a training example: {error}") from error


def _require_own(principal: Principal, sender_id: str) -> bool | None:
    """Let a caller lead a conversation that nobody else has; None for one that is not here yet, maybe on its way."""
    seen = store.is_visible(sender_id, viewer_of(principal))
    if seen is False:
        raise NotFound(UNKNOWN, code="ConversationNotFound")
    return seen


def _ask(method: str, sender_id: str, path: str, *, body: Any = None, **query: str) -> Any:
    """Ask Rasa about a conversation; raises Unprocessable for a name that Rasa's own API would take for another one.

    Rasa does not decode the names in its paths: one that must be written with percent signs would stay so.
    """
    if not PLAIN.fullmatch(sender_id) or not {"", ".", ".."}.isdisjoint(sender_id.split("/")):
        raise Unprocessable("Rasa's own API cannot name this conversation: use letters, digits and -._~!$&'()*+,;=:@/.")
    return rasa.ask(method, f"/conversations/{sender_id}{path}", body=body, **query)
