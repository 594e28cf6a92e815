"""The ticket protocol's data: what a store shows of a conversation's queue, and what a watcher remembers of it."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import secrets
import socket
import time
from typing import Callable, Dict, List, NamedTuple, Optional, Tuple

MAX_KEY_BYTES = 1024


class View(NamedTuple):
    """One conversation's queue as the service saw it at one instant."""

    tickets: Dict[str, int]
    """Ticket by waiter; the smallest one holds the lock."""
    beats: Dict[str, int]
    """Heartbeats by waiter; absent until the first."""

    def first(self) -> Optional[str]:
        """Return who holds the lock: the waiter with the smallest ticket."""
        return min(self.tickets, key=self.tickets.__getitem__, default=None)


class Seen(NamedTuple):
    """A waiter as it was last seen; `since` is when it was first seen like that (the watcher's monotonic clock)."""

    waiter: str
    ticket: int
    beat: int
    since: float


class Watch:
    """Remembers how long each waiter of one conversation has stood still, by this process's own monotonic clock.

    No two clocks are compared: a waiter is stalled when this watcher saw the same ticket and heartbeat for a lease.
    """

    def __init__(self) -> None:
        self._seen: Dict[str, Seen] = {}

    def note(self, view: View, now: float) -> None:
        """Take in a view that was read after `now - 0`; whoever moved starts afresh, whoever left is forgotten."""
        self._seen = {waiter: self._update(view, waiter, now) for waiter in view.tickets}

    def _update(self, view: View, waiter: str, now: float) -> Seen:
        known, ticket, beat = self._seen.get(waiter), view.tickets[waiter], view.beats.get(waiter, 0)
        if known and (known.ticket, known.beat) == (ticket, beat):
            return known
        return Seen(waiter, ticket, beat, now)

    def stalled(self, now: float, lease: float) -> List[Seen]:
        """Return all waiters that stood still for a whole lease; together, so that many dead cost one lease."""
        return [seen for seen in self._seen.values() if now - seen.since >= lease]

    def all(self) -> List[Seen]:
        """Return everyone in the queue as last seen."""
        return list(self._seen.values())


def milliseconds() -> int:
    """Return the wall clock in ms: where a new conversation's tickets start, so that they grow after a removal too."""
    return int(time.time() * 1000)


class Names:
    """Makes waiters' names, unique for ever: `host.pid.random.number.milliseconds`, the last two in hexadecimal."""

    def __init__(self, clock: Callable[[], int] = milliseconds) -> None:
        host = re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())[:16]
        self.process = f"{host}.{os.getpid()}.{secrets.token_hex(3)}."
        self._numbers = itertools.count(1)
        self._clock = clock

    def __call__(self) -> str:
        """Return a name that nobody had before."""
        return f"{self.process}{next(self._numbers):x}.{self._clock():x}"


def key_of(prefix: str, sender_id: str) -> str:
    """Return the key of a conversation's lock; a sender id that no service could keep as a key goes by its hash."""
    raw = sender_id.encode("utf-8", "surrogatepass")
    if raw and len(raw) <= MAX_KEY_BYTES and b"\0" not in raw and raw == sender_id.encode("utf-8", "replace"):
        return prefix + sender_id
    return f"{prefix}sha256:{hashlib.sha256(raw).hexdigest()}"


def split_name(name: str) -> Tuple[str, float]:
    """Return where a waiter lives (`host.pid`) and when it queued (Unix seconds), from its name."""
    host, pid, _, _, taken = name.split(".")
    return f"{host}.{pid}", int(taken, 16) / 1000
