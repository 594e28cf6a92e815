"""The queue in front of one service, for all conversations of this process: enter, hold, leave."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Dict, NoReturn, Optional, TypeVar

from parlance_rasa.locks.errors import QueueFull, Transient, WaitedTooLong
from parlance_rasa.locks.leaving import Leaving
from parlance_rasa.locks.place import Place, Room
from parlance_rasa.locks.pulse import Pulse
from parlance_rasa.locks.service import Patience, insist_on_loop
from parlance_rasa.locks.tickets import Names, Seen, View, milliseconds

if TYPE_CHECKING:
    from parlance_rasa.locks.metrics import Metrics
    from parlance_rasa.locks.options import Options
    from parlance_rasa.locks.service import Sides

logger = logging.getLogger(__name__)
T = TypeVar("T")

POLL_GROWTH, LONGEST_POLL = 1.6, 0.25


class PutOut(Exception):  # noqa: N818 - an event, handled in this file
    """Somebody evicted this waiter while it waited: it queues again."""


class Line:
    """The event loop makes the calls itself and never waits for one; only a beat before the turn is a thread's."""

    def __init__(self, sides: Sides, options: Options, metrics: Metrics, first_poll: float) -> None:
        self._service, self._options, self._metrics, self._first_poll = sides.loop, options, metrics, first_poll
        self._hang_up = sides.close
        self._names = Names()
        self._rooms: Dict[str, Room] = {}
        self._pool = ThreadPoolExecutor(options.threads, thread_name_prefix="lock")
        self._pulse = Pulse(sides.threads, options, metrics)
        self._leaving = Leaving(sides, options, metrics, self._left)

    async def enter(self, key: str) -> Place:
        """Return a place whose turn it is. Raises QueueFull, WaitedTooLong or StoreUnavailable, and leaves nothing."""
        give_up = time.monotonic() + self._options.wait_cap
        while True:
            place = self._arrive(key)
            try:
                await self._queue(place, give_up)
            except PutOut:
                self.leave(place)
            except BaseException:
                self.leave(place)
                raise
            else:
                return place

    def close(self) -> None:
        """Finish the calls under way, hang up and end the threads. Blocks."""
        self._leaving.close()
        self._pool.shutdown()
        self._pulse.close()
        self._hang_up()

    def leave(self, place: Place) -> None:
        """Give the ticket back in the background: the reply does not wait for it. Never raises."""
        place.open = False
        self._pulse.forget(place)
        if place.held_since is not None:
            self._metrics.sample("hold_ms", (time.monotonic() - place.held_since) * 1000)
        if place.taking:
            place.taking.add_done_callback(lambda taking: self._after_taking(place, taking))
        elif place.ahead:  # nobody behind may take a ticket before the one ahead has its own
            place.ahead.queued.add_done_callback(lambda _: self._left(place, None))
        else:
            self._left(place, None)

    def _arrive(self, key: str) -> Place:
        room = self._rooms.get(key)
        if room is None or room.loop is not asyncio.get_running_loop():  # a loop that ended may have left a room behind
            room = self._rooms[key] = Room()
        place = room.last = Place(key, self._names(), room)
        self._leaving.living[place.waiter] = place
        return place

    async def _queue(self, place: Place, give_up: float) -> None:
        if place.ahead:
            await self._until(place.ahead.queued, place, give_up)
        view = await self._take(place)
        view = await self._local_turn(place, view, give_up)
        await self._own_turn(place, view, give_up)
        await self._confirm(place)
        place.hold()
        self._metrics.sample("wait_ms", (time.monotonic() - place.arrived) * 1000)

    async def _take(self, place: Place) -> View:
        place.renewed = time.monotonic()
        place.taking = asyncio.ensure_future(self._take_now(place))
        view = await asyncio.shield(place.taking)  # a caller that is cancelled must not lose sight of its ticket
        place.queue(view.tickets[place.waiter])
        self._pulse.watch(place)
        self._metrics.count("taken")
        self._metrics.sample("queue_length", len(view.tickets))
        return view

    async def _take_now(self, place: Place) -> View:
        cap = self._options.queue_cap
        view = await self._insist(lambda: self._service.take(place.key, place.waiter, milliseconds(), cap))
        if place.waiter in view.tickets:
            return view
        self._metrics.count("queue_full")
        raise QueueFull(f"{len(view.tickets)} messages of conversation '{place.key}' are waiting already.")

    async def _local_turn(self, place: Place, view: View, give_up: float) -> View:
        """Wait for the places before this one in the same process: they cost no call and no poll."""
        while place.ahead:
            seen = await self._until(place.ahead.left, place, give_up)
            place.ahead = place.ahead.ahead
            view = seen if seen and seen.tickets.get(place.waiter) == place.ticket else view
        return view

    async def _own_turn(self, place: Place, view: View, give_up: float) -> None:
        pause, waited = self._first_poll, False
        while view.first() != place.waiter:
            if not waited:
                self._metrics.count("waited")
                waited = True
            place.room.watch.note(view, time.monotonic())
            if not await self._put_out_stalled(place):
                await self._rest(pause, place, give_up)
                pause = min(pause * POLL_GROWTH, LONGEST_POLL)
            asked = time.monotonic()
            view = await self._insist(lambda: self._service.look(place.key))
            pause = max(pause, time.monotonic() - asked)  # a service that is slow is not asked more often for it
            if view.tickets.get(place.waiter) != place.ticket:
                raise PutOut

    async def _put_out_stalled(self, place: Place) -> bool:
        """Evict who is before us and dead: stalled for a lease, or a leftover of this very process."""
        stalled = place.room.watch.stalled(time.monotonic(), self._options.lease)
        leftovers = [seen for seen in place.room.watch.all() if self._is_leftover(seen)]
        before = {seen for seen in stalled + leftovers if seen.ticket < place.ticket}
        dead = [seen for seen in before if not self._leaving.lives(seen.waiter)]
        for seen in dead:
            if await self._insist(lambda seen=seen: self._service.evict(place.key, seen)):  # type: ignore[misc]
                self._metrics.count("evictions")
                logger.warning("lock: put %s (ticket %d) of '%s' out", seen.waiter, seen.ticket, place.key)
        return bool(dead)

    def _is_leftover(self, seen: Seen) -> bool:
        return seen.waiter.startswith(self._names.process) and not self._leaving.lives(seen.waiter)

    async def _confirm(self, place: Place) -> None:
        """Ask once more when our last sign of life is a lease old: others may have put us out by now."""
        while time.monotonic() - place.renewed > self._options.lease:
            alive = await asyncio.wrap_future(self._pool.submit(self._pulse.beat, place))
            if not alive:
                raise PutOut

    async def _until(self, future: asyncio.Future[Any], place: Place, give_up: float) -> Any:
        await asyncio.wait([future], timeout=max(0, give_up - time.monotonic()))
        if not future.done():
            self._time_out(place)
        return future.result()

    async def _rest(self, pause: float, place: Place, give_up: float) -> None:
        if time.monotonic() > give_up:
            self._time_out(place)
        await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - jitter

    def _time_out(self, place: Place) -> NoReturn:
        self._metrics.count("timeouts")
        cap = self._options.wait_cap
        raise WaitedTooLong(f"The turn of a message of conversation '{place.key}' did not come within {cap:g} s.")

    def _after_taking(self, place: Place, taking: asyncio.Task[View]) -> None:
        if not taking.cancelled() and isinstance(taking.exception(), QueueFull):
            self._left(place, None)
        else:
            self._leaving.begin(place, is_loop_ending=taking.cancelled())

    def _left(self, place: Place, view: Optional[View]) -> None:
        self._leaving.living.pop(place.waiter, None)
        place.leave(view)
        if place.room.last is place and self._rooms.get(place.key) is place.room:
            del self._rooms[place.key]

    async def _insist(self, act: Callable[[], Awaitable[T]]) -> T:
        return (await insist_on_loop(act, Patience(total=self._options.patience), self._failed))[0]

    def _failed(self, _: Transient) -> None:
        self._metrics.count("retries")
