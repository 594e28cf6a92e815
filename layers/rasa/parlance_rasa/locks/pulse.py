"""Shows the service that this process's waiters and holders live, whatever its event loop is doing."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Optional, Set

from rasa.core.lock_store import LockError

from parlance_rasa.locks.metrics import line_logger
from parlance_rasa.locks.service import Patience, insist

if TYPE_CHECKING:
    from parlance_rasa.locks.errors import Transient
    from parlance_rasa.locks.metrics import Metrics
    from parlance_rasa.locks.options import Options
    from parlance_rasa.locks.place import Place
    from parlance_rasa.locks.service import Blocking

logger = logging.getLogger(__name__)

BEATING_THREADS = 4


class Pulse:
    """A thread of its own: a turn that keeps the loop busy for a lease must not lose its lock.

    A holder that could not show a sign of life for a whole lease gives up by itself: from then on another may hold.
    """

    def __init__(self, service: Blocking, options: Options, metrics: Metrics) -> None:
        self._service, self._options, self._metrics = service, options, metrics
        self._guard = threading.Lock()
        self._closing = threading.Event()
        self._places: Set[Place] = set()
        self._thread: Optional[threading.Thread] = None
        self._pool = ThreadPoolExecutor(BEATING_THREADS, thread_name_prefix="lock-pulse")
        self._line_due = time.monotonic() + options.metrics

    def watch(self, place: Place) -> None:
        """Keep a place alive from now on."""
        with self._guard:
            self._places.add(place)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="lock-pulse", daemon=True)
                self._thread.start()

    def forget(self, place: Place) -> None:
        """Stop keeping it alive."""
        with self._guard:
            self._places.discard(place)

    def close(self) -> None:
        """Stop: nobody is kept alive from now on."""
        self._closing.set()
        self._pool.shutdown()

    def beat(self, place: Place) -> bool:
        """Show one sign of life, trying for a lease; False when the place is gone. Blocks."""
        patience = Patience(total=self._options.lease)
        return insist(lambda: self._beat_once(place), patience, self._failed)[0]

    def _beat_once(self, place: Place) -> bool:
        sent = time.monotonic()
        alive = self._service.beat(place.key, place.waiter, place.ticket)
        if alive:
            place.renewed = sent
        return alive

    def _failed(self, _: Transient) -> None:
        self._metrics.count("retries")

    def _run(self) -> None:
        while not self._closing.wait(self._options.beat_every / 4):
            with self._guard:  # in a loop that is closed no turn goes on
                self._places = {place for place in self._places if not place.loop.is_closed()}
                places = list(self._places)
            now = time.monotonic()
            for place in places:
                self._attend(place, now)
            self._write_line(now)

    def _attend(self, place: Place, now: float) -> None:
        if place.held_since is not None and now - place.held_since > self._options.hold_cap:
            self._lose(place, f"the turn ran for {self._options.hold_cap:g} s")
        elif (
            now - place.renewed > self._options.lease - self._options.beat_every / 4
        ):  # by the next look it would be over
            self._lose(place, "no sign of life reached the store for a whole lease")
        if now - place.renewed >= self._options.beat_every and not place.beating:
            place.beating = True
            with contextlib.suppress(RuntimeError):  # the interpreter is going down
                self._pool.submit(self._keep_alive, place)

    def _keep_alive(self, place: Place) -> None:
        try:
            if not self.beat(place):
                self._lose(place, "another node put it out of the queue, or an operator released it")
        except LockError as error:  # `_attend` ends the turn when the lease is over
            logger.warning("lock: no sign of life for ticket %d of '%s': %s", place.ticket, place.key, error)
        finally:
            place.beating = False

    def _lose(self, place: Place, reason: str) -> None:
        place.on_loop(place.lose, reason)

    def _write_line(self, now: float) -> None:
        if self._options.metrics and now >= self._line_due:
            self._line_due = now + self._options.metrics
            line = self._metrics.line()
            if line:
                line_logger().info(line)
