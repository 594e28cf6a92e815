"""A turn: the events that one message of a conversation caused, in order. A lone event is a turn without a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.domain.errors import Invalid
from parlance.domain.events import LONGEST_NAME, Event, canonical, identity, name, seconds, storable

if TYPE_CHECKING:
    from collections.abc import Iterable


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What one message brings."""

    environment: str
    sender_id: str
    turn: int | None
    """The lock's ticket; None: nobody said in which turn these events stand."""
    prev_turn: int | None
    overlap: bool
    events: list[Event]

    @property
    def started_at(self) -> float:
        """Unix seconds of its first event (of its ticket, when it has none)."""
        return self.events[0].at if self.events else (self.turn or 0) / 1000

    @property
    def size(self) -> int:
        """Roughly the bytes that storing it sends to the database."""
        return sum(len(event.json) for event in self.events)


class Claimed(msgspec.Struct, frozen=True):
    """A message that lies in S3: gzip of the JSON."""

    bucket: str
    key: str


def turn_of(message: dict[str, Any], environment: str) -> Turn:
    """Build a turn from its message; raises Invalid that names the field, and the event by its position."""
    events = message.get("events")
    if not isinstance(events, list):
        raise Invalid("events is not a list")
    sender = sender_of(message)
    turn = number(message, "turn")
    if turn is None:
        raise Invalid("turn is missing")
    return Turn(
        environment=name(message.get("environment")) or environment,
        sender_id=sender,
        turn=turn,
        prev_turn=number(message, "prev_turn"),
        overlap=message.get("overlap") is True,
        events=list(events_of(sender, turn, events)),
    )


def lone(event: dict[str, Any], environment: str) -> Turn:
    """Build the turn of an event that came alone, as Rasa's own brokers send it."""
    sender = sender_of(event)
    built = event_of(sender, event, (None, None, None))
    return Turn(environment=environment, sender_id=sender, turn=None, prev_turn=None, overlap=False, events=[built])


def events_of(sender: str, turn: int, events: list[Any]) -> Iterable[Event]:
    """Build a turn's events, each with its place."""
    at: float | None = None
    for idx, data in enumerate(events):
        try:
            event = event_of(sender, data, (turn, idx, at))
        except Invalid as error:
            raise Invalid(f"events[{idx}]: {error}") from error
        at = event.at
        yield event


def event_of(sender: str, data: Any, place: tuple[int | None, int | None, float | None]) -> Event:
    """Build one event; `place` is its turn, its position, and its turn's first timestamp when others came before it."""
    turn, idx, at = place
    if not isinstance(data, dict) or not isinstance(data.get("event"), str):
        raise Invalid("not a Rasa event")
    if "sender_id" in data:
        data = {key: value for key, value in data.items() if key != "sender_id"}
    timestamp = seconds(data)
    exact = canonical(data)
    text = storable(exact)
    clean = data if text is exact else msgspec.json.decode(text)
    return Event(
        sender_id=sender,
        id=identity(sender, exact),
        timestamp=timestamp,
        at=timestamp if at is None else at,
        turn=turn,
        idx=idx,
        type=name(clean["event"]),
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
