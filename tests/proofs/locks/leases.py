"""The lease: is a holder ever put out while it may still believe that it holds?

One holder, one waiter, a store between them, and time. A call takes as long as it likes on the way there and back. The
holder shows signs of life whenever it likes; the waiter looks, and evicts. Each acts by its own monotonic clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

LEASE, HORIZON, BEATS = 2, 7, 3


class Sign(NamedTuple):
    """A sign of life under way: when it was sent, whether it arrived, whether it found the holder in the queue."""

    sent: int
    arrived: bool = False
    alive: bool = False


class Look(NamedTuple):
    """A read under way: when it was sent, and the heartbeat and expiry that it saw (-1 before it arrived)."""

    sent: int
    beat: int = -1
    expires: int = 0


class State(NamedTuple):
    """The queue's entry, what the holder believes, and what the waiter knows. Times are true time."""

    now: int
    present: bool
    beat: int
    expires: int
    sign: Sign | None
    deadline: int
    look: Look | None
    watched: tuple[int, int] | None
    """The heartbeat that the waiter watches, and since when."""
    evicting: int | None


class Leases(NamedTuple):
    """The model, and its weakened variants.

    `judge`: "watch" waits a lease by its own clock (the design); "wall" compares an expiry that the holder wrote with
    the waiter's clock, `skew` apart. `since`: the watch starts at the "reply" of the first look (the design) or when it
    was "sent". `deadline`: the holder counts from when it "sent" its sign of life (the design) or from the "reply".
    `evict`: "compare" the heartbeat (the design) or "blind".
    """

    judge: str = "watch"
    skew: int = 2
    since: str = "reply"
    deadline: str = "sent"
    evict: str = "compare"

    def start(self) -> State:
        return State(0, True, 0, LEASE - self.skew, Sign(0, arrived=True, alive=True), 0, None, None, None)

    def canonical(self, state: State) -> State:
        return state

    def steps(self, state: State) -> Iterator[tuple[str, State]]:
        if state.now < HORIZON:
            yield "a tick", state._replace(now=state.now + 1)
        if state.sign or state.beat < BEATS:
            yield self._holder(state)
        yield from self._waiter(state)

    def fault(self, state: State, *, final: bool) -> str | None:  # noqa: ARG002 - the horizon ends a run, not a deadlock
        if not state.present and state.now < state.deadline:
            return "put out while it held"
        return None

    def _holder(self, state: State) -> tuple[str, State]:
        sign = state.sign
        if sign is None:
            return "beat", state._replace(sign=Sign(state.now))
        if not sign.arrived:
            arrived = state._replace(sign=sign._replace(arrived=True, alive=state.present))
            expires = sign.sent - self.skew + LEASE
            return "beat arrives", (
                arrived._replace(beat=state.beat + 1, expires=expires) if state.present else arrived
            )
        start = sign.sent if self.deadline == "sent" else state.now
        return "beat answered", state._replace(sign=None, deadline=start + LEASE if sign.alive else 0)

    def _waiter(self, state: State) -> Iterator[tuple[str, State]]:
        look = state.look
        if look is None and state.present:
            yield "look", state._replace(look=Look(state.now))
        elif look and look.beat < 0:
            yield "look arrives", state._replace(look=look._replace(beat=state.beat, expires=state.expires))
        elif look:
            yield "look answered", self._note(state, look)
        if state.evicting is not None:
            fits = self.evict == "blind" or state.evicting == state.beat
            yield "eviction arrives", state._replace(evicting=None, present=state.present and not fits)

    def _note(self, state: State, look: Look) -> State:
        began = state.now if self.since == "reply" else look.sent
        same = state.watched and state.watched[0] == look.beat
        watched = state.watched if same else (look.beat, began)
        assert watched
        over = state.now > look.expires if self.judge == "wall" else state.now - watched[1] >= LEASE
        noted = state._replace(look=None, watched=watched)
        return noted._replace(evicting=look.beat) if over and state.evicting is None else noted
