"""The thread that brings messages to SNS: batched, retried, and never in Rasa's way."""

import collections
import logging
import random
import threading
import time
from typing import Deque, List, Optional

from parlance_rasa.delivery import Delivery
from parlance_rasa.spool import Spool
from parlance_rasa.topic import MOST_IN_A_BATCH, Message

logger = logging.getLogger(__name__)

MOST_WAITING = 20_000
MOST_IN_A_FILE = 500  # of the spool: a file is kept whole or not at all, and is sent again whole
LINGER_S = 0.02
SPACING_S = 0.2  # a request costs some 3 ms of CPU, whether it has one message or ten; a lone message does not wait
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
LAST_TRY_S = 0.5  # for closing when AWS has been away before
SPOOL_SPACING_S = 1.0  # between two files of the spool, which go between the messages of now
ROOM_WAIT_S = 1.0  # how long an exporter without outbox may be slowed down to the topic's pace


class Publisher:
    """A bounded queue and its worker.

    A message that has an outbox row may leave the queue unsent: the sweeper sends it. One that has none goes to the
    spool when AWS is away, and is lost only when the spool is full.
    """

    def __init__(self, delivery: Delivery, spool: Spool) -> None:
        self._delivery = delivery
        self._spool = spool
        self._waiting: Deque[Message] = collections.deque()
        self._changed = threading.Condition()
        self._worker: Optional[threading.Thread] = None
        self._close_by: Optional[float] = None
        self._ended = False
        self._failures = 0
        self.heard = float("-inf")  # when SNS last took something, by the monotonic clock
        self._next_due = 0.0
        self._next_replay = 0.0
        self.counters = delivery.counters

    @property
    def away(self) -> bool:
        """Tell whether the last attempt to publish failed."""
        return self._failures > 0

    def put(self, message: Message) -> None:
        """Take a message and return at once; only an exporter that outruns SNS by far is slowed down to its pace."""
        with self._changed:
            self.start()
            has_room = len(self._waiting) < MOST_WAITING or self._room_comes(message)
            if has_room and not self._ended:
                self._waiting.append(message)
                self._changed.notify_all()
                return
        self._set_aside([message])

    def start(self) -> None:
        """Start the worker, which also sends what an earlier process left in the spool."""
        if self._worker is None:
            self._worker = threading.Thread(target=self._run, name="parlance-publisher", daemon=True)
            self._worker.start()

    def close(self, timeout_s: float) -> None:
        """Send what waits, for at most about `timeout_s` while AWS is away; put the rest aside and end the worker."""
        with self._changed:
            self._close_by = time.monotonic() + (LAST_TRY_S if self.away else timeout_s)
            self._changed.notify_all()
        if self._worker:
            self._worker.join()

    def _room_comes(self, message: Message) -> bool:
        if message.outbox is not None:
            return False
        return self._changed.wait_for(lambda: len(self._waiting) < MOST_WAITING, timeout=ROOM_WAIT_S)

    def _run(self) -> None:
        while not self._finished():
            try:
                self._round()
            except Exception:  # whatever it is, this thread is the only one that publishes
                logger.exception("Publishing failed in a way that nobody foresaw, it goes on")
                self._failures += 1
                self._pause()
        with self._changed:
            self._ended = True
            rest, self._waiting = list(self._waiting), collections.deque()
        self._set_aside(rest)

    def _round(self) -> None:
        """Send what waits, and the oldest file of the spool when it is due."""
        batch = self._take()
        sent = not batch or self._send(batch)
        if sent and self._close_by is None and time.monotonic() >= self._next_replay:
            sent = self._replay()
        self._failures = 0 if sent else self._failures + 1
        if self.away:
            self._shelter()
            self._pause()

    def _finished(self) -> bool:
        if self._close_by is None:
            return False
        return not self._waiting or (self.away and time.monotonic() > self._close_by)

    def _take(self) -> List[Message]:
        with self._changed:
            if not self._waiting and self._close_by is None:
                self._changed.wait(timeout=max(0.0, self._next_replay - time.monotonic()))
            if self._waiting:
                self._changed.wait_for(self._batch_is_full, timeout=self._linger())
                self._next_due = time.monotonic() + SPACING_S
            batch = [self._waiting.popleft() for _ in range(min(MOST_IN_A_BATCH, len(self._waiting)))]
            self._changed.notify_all()
            return batch

    def _linger(self) -> float:
        return max(LINGER_S, self._next_due - time.monotonic())

    def _batch_is_full(self) -> bool:
        return len(self._waiting) >= MOST_IN_A_BATCH or self._close_by is not None

    def _send(self, batch: List[Message]) -> bool:
        unsent = self._deliver(batch)
        with self._changed:
            self._waiting.extendleft(reversed(unsent))
        return not unsent

    def _replay(self) -> bool:
        """Send the oldest file of the spool, which are a few dozen requests at most."""
        taken = self._spool.take()
        if taken is None:
            self._next_replay = time.monotonic() + LONGEST_PAUSE_S
            return True
        name, messages = taken
        for start in range(0, len(messages), MOST_IN_A_BATCH):
            if self._deliver(messages[start : start + MOST_IN_A_BATCH]):
                self._spool.give_back(name)
                return False
        self._next_replay = time.monotonic() + SPOOL_SPACING_S
        self.counters["replayed"] += len(messages)
        self._spool.done(name)
        return True

    def _deliver(self, batch: List[Message]) -> List[Message]:
        try:
            unsent = self._delivery.deliver(batch)
        except Exception:  # as `_run`; the batch is not lost
            logger.exception("Messages could not be published, they wait")
            return batch
        if len(unsent) < len(batch):
            self.heard = time.monotonic()
        return unsent

    def _shelter(self) -> None:
        """While AWS is away nothing stays in memory alone: what has no outbox row goes to disk."""
        with self._changed:
            exposed = [message for message in self._waiting if message.outbox is None]
            if exposed:
                self._waiting = collections.deque(message for message in self._waiting if message.outbox is not None)
        self._set_aside(exposed)

    def _set_aside(self, messages: List[Message]) -> None:
        exposed = [message for message in messages if message.outbox is None]
        self.counters["left_in_outbox"] += len(messages) - len(exposed)
        for start in range(0, len(exposed), MOST_IN_A_FILE):
            part = exposed[start : start + MOST_IN_A_FILE]
            kept = self._spool.add(part)
            self.counters["spooled" if kept else "dropped"] += len(part)
            if not kept:
                logger.error("The spool is full: %d events are lost until they are exported again", len(part))

    def _pause(self) -> None:
        """Wait with full jitter, doubling up to five seconds; closing cuts it short."""
        ceiling = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(self._failures, 10))
        if self._close_by is not None:
            ceiling = FIRST_PAUSE_S
        wake = time.monotonic() + random.uniform(0, ceiling)  # noqa: S311 - jitter
        with self._changed:
            self._changed.wait_for(lambda: self._close_by is not None, timeout=max(0.0, wake - time.monotonic()))
