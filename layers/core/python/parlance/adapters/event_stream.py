"""Reading a batch's events while the database takes those before: into COPY, into facts, or aside."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import msgspec

from parlance.adapters.copy_rows import HEADER, TRAILER, rows
from parlance.domain.events import Event, place
from parlance.domain.facts import Facts, derive
from parlance.domain.turns import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parlance.domain.turns import Turn

CHUNK = 10
"""Turns that go to the database at once."""
AHEAD = 60
"""Turns that are read while the database locks a batch's conversations; it takes about as long for hundreds."""


class Arrivals(msgspec.Struct):
    """What a batch's events turned out to be, as far as they have been read."""

    latest: dict[str, float]
    """Conversation -> the latest timestamp of its stored events: what is later is new, and nobody need ask for it."""
    ahead: deque[list[Event]] = msgspec.field(default_factory=deque)
    """What the first turns tell, read already."""
    facts: Facts = msgspec.field(default_factory=Facts)
    """Of those that are new."""
    started: list[float] = []
    """When each turn began."""
    places: dict[str, tuple[int | None, int | None, float]] = {}
    """Of those copied: turn, idx and at."""
    doubtful: dict[str, Event] = {}
    """Those that may be stored already, each in its first place."""
    moved: dict[str, Event] = {}
    """Those copied, and then told again with an earlier place."""
    unreadable: Unreadable | None = None
    """What ended the reading. An exception would break off COPY, and the connection with it."""

    def copied(self, turns: list[Turn]) -> Iterator[bytes]:
        """Yield COPY's bytes of what is surely new, and sort everything on the way."""
        yield HEADER
        for start in range(0, len(turns), CHUNK):
            try:
                fresh = [event for turn in turns[start : start + CHUNK] for event in self.sorted_out(turn)]
            except Unreadable as error:
                self.unreadable = error
                break
            yield rows(fresh)
            derive(self.facts, fresh)
        yield TRAILER

    def sorted_out(self, turn: Turn) -> list[Event]:
        """Return those events of a turn that are new beyond doubt."""
        told = self.ahead.popleft() if self.ahead else turn.read()
        self.started.append(turn.started_at(told))
        latest = self.latest.get(turn.sender_id, 0.0)
        fresh = []
        for event in told:
            if event.timestamp <= latest:
                keep_first(self.doubtful, event)
            elif event.id not in self.places:
                self.places[event.id] = (event.turn, event.idx, event.at)
                fresh.append(event)
            elif event.place < place(*self.places[event.id]):
                keep_first(self.moved, event)
        return fresh


def read_ahead(turns: list[Turn]) -> Iterator[list[Event]]:
    """Yield what the first turns tell, up to one that is unreadable."""
    for turn in turns[:AHEAD]:
        try:
            yield turn.read()
        except Unreadable:
            return


def keep_first(events: dict[str, Event], event: Event) -> None:
    """Keep an event in its first place."""
    known = events.setdefault(event.id, event)
    if known is not event and event.place < known.place:
        events[event.id] = event
