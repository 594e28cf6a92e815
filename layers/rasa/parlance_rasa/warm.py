"""Trackers as they were saved last: the next turn of a conversation need not read and replay what this process knows.

Reading a tracker is cheap; replaying its events is a sixth of a turn's CPU. A kept tracker is used only when the
database still has exactly the events that it has, asked anew at each turn: `journal.Extent`.
"""

import threading
from collections import OrderedDict
from typing import Any, Optional, Tuple

MOST = 512


class Warm:
    """At most `most` trackers, the ones used last. Each is given out once: whoever takes one has it alone."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._guard = threading.Lock()
        self._kept: "OrderedDict[str, Tuple[Any, Any, int]]" = OrderedDict()

    def keep(self, tracker: Any, domain: Any) -> None:
        """Keep a tracker that is saved whole; `domain` is what its slots come from."""
        with self._guard:
            self._kept[tracker.sender_id] = (tracker, domain, len(tracker.events))
            self._kept.move_to_end(tracker.sender_id)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def take(self, sender_id: str, domain: Any) -> Optional[Any]:
        """Hand a tracker over; None when there is none, its domain is not in use any more, or it was changed since."""
        with self._guard:
            tracker, its_domain, events = self._kept.pop(sender_id, (None, None, 0))
        return tracker if tracker and its_domain is domain and len(tracker.events) == events else None
