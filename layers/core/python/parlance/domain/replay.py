"""A conversation in Rasa's tracker store, told again as messages: the event service stores what it did not have."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class ArchivedEvent(msgspec.Struct, frozen=True):
    """A row of Rasa's table `events`; `data` is the event's JSON."""

    id: int
    sender_id: str
    data: str


class ArchivedTurn(msgspec.Struct, frozen=True):
    """A row of the plugin's table `parlance_turns`: its events are those of the conversation in this range of ids."""

    sender_id: str
    turn: int
    prev_turn: int | None
    overlap: bool
    first_event_id: int
    last_event_id: int


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """What an environment has of some conversations."""

    environment: str
    events: list[ArchivedEvent]
    turns: list[ArchivedTurn]


def retold(events: Iterable[ArchivedEvent], turns: Iterable[ArchivedTurn]) -> Iterator[str]:
    """Return the messages that tell these events: turns where they are known, lone events where not."""
    by_sender: dict[str, list[ArchivedTurn]] = defaultdict(list)
    for turn in sorted(turns, key=lambda turn: turn.first_event_id):
        by_sender[turn.sender_id].append(turn)
    parts: dict[ArchivedTurn, list[str]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.id):
        mine = turn_around(event, by_sender[event.sender_id])
        if mine is None:
            yield lone(event)
        else:
            parts[mine].append(event.data)
    yield from (whole(turn, told) for turn, told in parts.items())


def turn_around(event: ArchivedEvent, turns: list[ArchivedTurn]) -> ArchivedTurn | None:
    """Return the turn that an event stands in; `turns` are its conversation's, in order."""
    place = bisect_right(turns, event.id, key=lambda turn: turn.first_event_id)
    last = turns[place - 1] if place else None
    return last if last is not None and event.id <= last.last_event_id else None


def lone(event: ArchivedEvent) -> str:
    """Return the message of a lone event; its JSON stays as it is, so that its identity does."""
    return f'{{"sender_id":{json.dumps(event.sender_id)},{event.data.lstrip().removeprefix("{")}'


def whole(turn: ArchivedTurn, told: list[str]) -> str:
    """Return the message of a turn."""
    head = {"v": 1, "kind": "turn", "sender_id": turn.sender_id, "turn": turn.turn}
    head |= {"prev_turn": turn.prev_turn, "overlap": turn.overlap}
    return f'{json.dumps(head)[:-1]},"events":[{",".join(told)}]}}'
