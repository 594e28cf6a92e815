"""A turn: the events that one message of a conversation caused, in order. A lone event is a turn without a number."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from parlance.domain.errors import Invalid
from parlance.domain.events import LONGEST_NAME, Event, canonical, identity, origin, seconds, storable
from parlance.domain.message_json import parse


class Unreadable(Invalid):
    """One of a turn's events can never be stored."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What one message brings."""

    environment: str
    sender_id: str
    turn: int | None
    """The lock's ticket; None: nobody said in which turn these events stand."""
    prev_turn: int | None
    overlap: bool
    told: msgspec.Raw | list[Any]
    """Its events as they came. They are read when they are stored, while the database is busy with those before."""
    size: int
    """Roughly the bytes that storing it sends to the database."""

    def read(self) -> list[Event]:
        """Return its events; raises Unreadable."""
        try:
            told = self.told if isinstance(self.told, list) else parse(self.told)
            return events_of(self, told)
        except Invalid as error:
            raise Unreadable(error.message) from error
        except RecursionError as error:
            raise Unreadable("its events are nested too deeply") from error

    def started_at(self, events: list[Event]) -> float:
        """Return the unix seconds of the first of its events (of its ticket, when it has none)."""
        return events[0].at if events else (self.turn or 0) / 1000


Number = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class Sealed(msgspec.Struct, frozen=True):
    """A turn's message as it mostly is: not wrapped, not compressed, nothing odd. Its events stay unread."""

    kind: Literal["turn"]
    sender_id: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
    events: msgspec.Raw
    turn: Number
    prev_turn: Number | None = None
    overlap: Any = None
    environment: Any = None
    Type: Literal["no envelope"] = "no envelope"
    encoding: Literal["none"] = "none"
    claim: Literal["none"] = "none"


class Claimed(msgspec.Struct, frozen=True):
    """A message that lies in S3: gzip of the JSON."""

    bucket: str
    key: str


_sealed = msgspec.json.Decoder(Sealed).decode


def sealed(body: str | bytes, environment: str) -> Turn | None:
    """Return the turn of a plain message, in a tenth of the time that reading it takes; None for all others."""
    try:
        message = _sealed(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    if "\0" in message.sender_id or not bytes(message.events).startswith(b"["):
        return None
    return Turn(
        environment=origin(message.environment) or environment,
        sender_id=message.sender_id,
        turn=message.turn,
        prev_turn=message.prev_turn,
        overlap=message.overlap is True,
        told=message.events,
        size=len(message.events),
    )


def turn_of(message: dict[str, Any], environment: str, size: int) -> Turn:
    """Build a turn from its message; raises Invalid that names the field."""
    told = message.get("events")
    if not isinstance(told, list):
        raise Invalid("events is not a list")
    sender = sender_of(message)
    turn = number(message, "turn")
    if turn is None:
        raise Invalid("turn is missing")
    return Turn(
        environment=origin(message.get("environment")) or environment,
        sender_id=sender,
        turn=turn,
        prev_turn=number(message, "prev_turn"),
        overlap=message.get("overlap") is True,
        told=told,
        size=size,
    )


def lone(event: dict[str, Any], environment: str, size: int) -> Turn:
    """Build the turn of an event that came alone, as Rasa's own brokers send it."""
    sender = sender_of(event)
    return Turn(
        environment=environment, sender_id=sender, turn=None, prev_turn=None, overlap=False, told=[event], size=size
    )


def events_of(turn: Turn, told: list[Any]) -> list[Event]:
    """Build a turn's events, each with its place; raises Invalid that names the event by its position."""
    events: list[Event] = []
    at: float | None = None
    for idx, data in enumerate(told):
        try:
            event = event_of(turn, data, idx, at)
        except Invalid as error:
            raise Invalid(f"events[{idx}]: {error.message}") from error
        at = event.at
        events.append(event)
    return events


def event_of(turn: Turn, data: Any, idx: int, at: float | None) -> Event:
    """Build the event at a turn's position; `at` is the turn's first timestamp when others came before it."""
    if not isinstance(data, dict) or not isinstance(data.get("event"), str):
        raise Invalid("not a Rasa event")
    if "sender_id" in data:
        data = {key: value for key, value in data.items() if key != "sender_id"}
    timestamp = seconds(data)
    exact = canonical(data)
    text = storable(exact)
    clean = data if text is exact else msgspec.json.decode(text)
    return Event(
        sender_id=turn.sender_id,
        id=identity(turn.sender_id, exact),
        timestamp=timestamp,
        at=timestamp if at is None else at,
        turn=turn.turn,
        idx=None if turn.turn is None else idx,
        type=clean["event"][:LONGEST_NAME],
        data=clean,
        json=text,
        exact=None if text == exact else exact.decode(),
    )


def sender_of(message: dict[str, Any]) -> str:
    """Return the conversation's id; raises Invalid for one that cannot be a key."""
    sender = message.get("sender_id")
    if not isinstance(sender, str) or not sender:
        raise Invalid("sender_id is missing")
    if len(sender) > LONGEST_NAME or "\0" in sender:
        raise Invalid(f"sender_id is longer than {LONGEST_NAME} characters or holds a NUL")
    try:
        sender.encode()
    except UnicodeEncodeError as error:
        raise Invalid("sender_id is not valid Unicode") from error
    return sender


def number(message: dict[str, Any], field: str) -> int | None:
    """Return a 64-bit integer or None; raises Invalid for anything else."""
    value = message.get(field)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63):
        return value
    raise Invalid(f"{field} is not a 64-bit integer")
