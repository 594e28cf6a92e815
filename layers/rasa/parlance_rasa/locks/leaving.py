"""Tickets on their way back: by the event loop in the background, or by a thread when the loop ends before they are."""

from __future__ import annotations

import atexit
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Callable, Dict, Optional

from parlance_rasa.locks.errors import StoreUnavailable
from parlance_rasa.locks.service import Patience, insist, insist_on_loop

if TYPE_CHECKING:
    import asyncio

    from parlance_rasa.locks.errors import Transient
    from parlance_rasa.locks.metrics import Metrics
    from parlance_rasa.locks.options import Options
    from parlance_rasa.locks.place import Place
    from parlance_rasa.locks.service import Sides
    from parlance_rasa.locks.tickets import View

logger = logging.getLogger(__name__)

Left = Callable[["Place", "Optional[View]"], None]


class Leaving:
    """Repeats each give-back until it is through or the patience is over, and tells the line then."""

    def __init__(self, sides: Sides, options: Options, metrics: Metrics, left: Left) -> None:
        self._sides, self._metrics, self._left = sides, metrics, left
        self._patience = Patience(total=options.patience)
        self._tasks: Dict[Place, asyncio.Task[None]] = {}
        self._is_closed = False
        self._until = float("inf")
        self.living: Dict[str, Place] = {}
        """Who of this process is in a queue, by waiter, as far as it knows."""
        self._pool = ThreadPoolExecutor(options.threads, thread_name_prefix="lock-leave")
        atexit.register(self.close)

    def begin(self, place: Place, *, is_loop_ending: bool) -> None:
        """Give a place's ticket back. On the event loop; returns at once."""
        if is_loop_ending:
            self._by_thread(place)
            return
        task = self._tasks[place] = place.loop.create_task(self._give_back(place))
        task.add_done_callback(lambda done: self._ended(place, done))

    def lives(self, waiter: str) -> bool:
        """Return whether a waiter is of this process, and in a loop that can still give its ticket back."""
        place = self.living.get(waiter)
        return place is not None and not place.loop.is_closed()

    def close(self) -> None:
        """Give back what loops that stand still or ended have not, in one patience for all. Blocks."""
        atexit.unregister(self.close)
        self._is_closed = True
        self._until = time.monotonic() + self._patience.total
        for place in list(self.living.values()):
            if place in self._tasks or place.loop.is_closed():
                self._by_thread(place)
        self._pool.shutdown()

    async def _give_back(self, place: Place) -> None:
        view = None
        try:
            act = lambda: self._sides.loop.give_back(place.key, place.waiter)  # noqa: E731
            view, tries = await insist_on_loop(act, self._patience, self._failed)
            self._judge(place, view, tries)
        except Exception as error:  # noqa: BLE001 - a task's edge: whatever happens, the next place must go on
            _complain(place, error)
        self._left(place, view)

    def _ended(self, place: Place, task: asyncio.Task[None]) -> None:
        self._tasks.pop(place, None)
        if task.cancelled():
            self._by_thread(place)

    def _by_thread(self, place: Place) -> None:
        self.living.pop(place.waiter, None)
        try:
            self._pool.submit(self._give_back_now, place)
        except RuntimeError:  # the process is ending: here and now, or the conversation waits for a lease
            self._give_back_now(place)

    def _give_back_now(self, place: Place) -> None:
        """Give it back once more: what the loop began may have arrived. Blocks."""
        view = None
        try:
            act = lambda: self._sides.threads.give_back(place.key, place.waiter)  # noqa: E731
            view, _ = insist(act, self._patience_left(), self._failed)
        except Exception as error:  # noqa: BLE001 - a thread's edge
            _complain(place, error)
        finally:
            place.on_loop(self._left, place, view)

    def _patience_left(self) -> Patience:
        left = self._until - time.monotonic()
        if left <= 0:
            raise StoreUnavailable("the lock store was closed while its service did not answer")
        return self._patience._replace(total=min(self._patience.total, left))

    def _judge(self, place: Place, view: Optional[View], tries: int) -> None:
        # After a lost reply the ticket is gone by our own first try: only a first try proves that somebody took it.
        is_proof = tries == 1 and place.held_since is not None and not self._is_closed
        if place.lost or (view is None and is_proof):
            self._metrics.count("lost_leases")
            logger.warning("lock_lost: ticket %d of '%s': %s", place.ticket, place.key, place.lost or "put out")

    def _failed(self, _: Transient) -> None:
        self._metrics.count("retries")


def _complain(place: Place, error: Exception) -> None:
    logger.error("lock: could not give ticket %d of '%s' back: %s", place.ticket, place.key, error)
