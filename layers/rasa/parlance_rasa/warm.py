"""Trackers as they were saved last: the next turn of a conversation need not read and replay what this process knows.

Reading a tracker is cheap; replaying its events is a sixth of a turn's CPU. A kept tracker is used only when the
database still has exactly the events that it has, asked anew at each turn: `journal.Extent`.
"""

import threading
import time
from collections import OrderedDict
from typing import Any, Callable, NamedTuple, Optional


class Limits(NamedTuple):
    """How many trackers are kept, how many events they have together and one alone, and for how many seconds.

    An event takes some 2.7 KB, with what Rasa parsed: all of them some 53 MB.
    """

    trackers: int = 512
    events: int = 20_000
    longest: int = 2_000
    idle_s: float = 900.0


LIMITS = Limits()


class Kept(NamedTuple):
    """A tracker with what its slots come from, the events it had when it was saved, and when that was."""

    tracker: Any
    domain: Any
    events: int
    at: float


class Warm:
    """The trackers used last. Each is given out once: whoever takes one has it alone."""

    def __init__(self, limits: Limits = LIMITS, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._guard = threading.Lock()
        self._events = 0
        self._kept: "OrderedDict[str, Kept]" = OrderedDict()

    def keep(self, tracker: Any, domain: Any) -> None:
        """Keep a tracker that is saved whole, unless it is very long or may change while nobody sees it."""
        if len(tracker.events) > self._limits.longest or _may_change_unseen(tracker):
            return
        with self._guard:
            self._pop(tracker.sender_id)
            self._kept[tracker.sender_id] = Kept(tracker, domain, len(tracker.events), self._clock())
            self._events += len(tracker.events)
            self._make_room()

    def take(self, sender_id: str, domain: Any) -> Optional[Any]:
        """Hand a tracker over; None when there is none, its domain is not in use any more, or it was changed since."""
        with self._guard:
            self._make_room()
            kept = self._pop(sender_id)
        usable = kept and kept.domain is domain and len(kept.tracker.events) == kept.events
        return kept.tracker if kept and usable else None

    def _pop(self, sender_id: str) -> Optional[Kept]:
        kept = self._kept.pop(sender_id, None)
        self._events -= kept.events if kept else 0
        return kept

    def _make_room(self) -> None:
        """Let those go that were used longest ago, as long as they are too many, too large, or too old."""
        while self._kept and self._is_over(next(iter(self._kept.values()))):
            self._pop(next(iter(self._kept)))

    def _is_over(self, oldest: Kept) -> bool:
        limits = self._limits
        too_many = len(self._kept) > limits.trackers or self._events > limits.events
        return too_many or self._clock() - oldest.at > limits.idle_s


def _may_change_unseen(tracker: Any) -> bool:
    """Whether a slot holds a list or an object: who appends to one changes it for this process and no other."""
    return any(isinstance(slot.value, (list, dict)) for slot in tracker.slots.values())
