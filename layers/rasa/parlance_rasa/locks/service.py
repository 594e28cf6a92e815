"""What the protocol asks of a service, on a thread or on the event loop, and the patience with which it asks."""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Coroutine, NamedTuple, Optional, Protocol, Tuple, TypeVar

from parlance_rasa.locks.calls import InThread, OnLoop
from parlance_rasa.locks.errors import StoreUnavailable, Transient

if TYPE_CHECKING:
    from parlance_rasa.locks.calls import Carrier, Connections
    from parlance_rasa.locks.tickets import Seen, View

T = TypeVar("T")


class Service(Protocol):
    """Five single-step, atomic operations on one conversation's queue.

    Each may be repeated: a repeated take gives the same ticket, a repeated give-back finds nothing to do.
    `Transient` asks for another try; `StoreMisconfigured` says that no try would help.
    """

    async def take(self, key: str, waiter: str, base: int, cap: int) -> View:
        """Queue `waiter` behind everybody, unless it is in already or `cap` wait; return the queue.

        The ticket is the last one plus one, or `base` for a conversation that the service does not know.
        """

    async def look(self, key: str) -> View:
        """Return the queue as of now (a consistent read)."""

    async def beat(self, key: str, waiter: str, ticket: int) -> bool:
        """Show that `waiter` lives; False when it is no longer in the queue with this ticket.

        The ticket counts: a take that the network delivers late may put an evicted waiter back, with another one.
        """

    async def evict(self, key: str, seen: Seen) -> bool:
        """Remove a waiter if its ticket and heartbeat are still as seen; False when it moved or left."""

    async def give_back(self, key: str, waiter: str) -> Optional[View]:
        """Remove `waiter` and return the queue; None when it was not in."""


class Blocking:
    """The same steps for a thread: of a service whose calls block instead of waiting for an event loop."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def take(self, key: str, waiter: str, base: int, cap: int) -> View:
        """See `Service`."""
        return finish(self._service.take(key, waiter, base, cap))

    def look(self, key: str) -> View:
        """See `Service`."""
        return finish(self._service.look(key))

    def beat(self, key: str, waiter: str, ticket: int) -> bool:
        """See `Service`."""
        return finish(self._service.beat(key, waiter, ticket))

    def evict(self, key: str, seen: Seen) -> bool:
        """See `Service`."""
        return finish(self._service.evict(key, seen))

    def give_back(self, key: str, waiter: str) -> Optional[View]:
        """See `Service`."""
        return finish(self._service.give_back(key, waiter))


class Sides(NamedTuple):
    """One service as both see it: the pulse and Rasa's old methods from threads, turns from the event loop."""

    threads: Blocking
    loop: Service
    close: Callable[[], None]


def two_sided(make: Callable[[Carrier], Service], connections: Connections) -> Sides:
    """Return the service over both carriers; what one side opens the other uses."""
    return Sides(Blocking(make(InThread(connections))), make(OnLoop(connections)), connections.close)


def finish(steps: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits to its end, and return what it returns."""
    try:
        steps.send(None)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    raise RuntimeError("a blocking call waited for an event loop")


class Patience(NamedTuple):
    """How long a store tries. Full jitter between tries, so that many nodes do not come back in step."""

    total: float = 10.0
    first_pause: float = 0.025
    longest_pause: float = 1.0

    def pause(self, tries: int) -> float:
        """Return how long to rest after so many failed tries, in seconds."""
        return random.uniform(0, min(self.longest_pause, self.first_pause * 2**tries))  # noqa: S311 - jitter


async def _now(act: Callable[[], T]) -> T:
    return act()


async def _sleep_now(seconds: float) -> None:
    time.sleep(seconds)  # noqa: ASYNC251 - on a thread: `insist` has no event loop


def insist(act: Callable[[], T], patience: Patience, failed: Callable[[Transient], None]) -> Tuple[T, int]:
    """Call `act` until it answers; return its answer and the number of tries. Raises StoreUnavailable at the end."""
    return finish(insist_on_loop(lambda: _now(act), patience, failed, _sleep_now))


async def insist_on_loop(
    act: Callable[[], Awaitable[T]],
    patience: Patience,
    failed: Callable[[Transient], None],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Tuple[T, int]:
    """Do what `insist` does, for what is awaited."""
    start, tries = time.monotonic(), 0
    while True:
        tries += 1
        try:
            return await act(), tries
        except Transient as error:
            failed(error)
            pause = patience.pause(tries)
            if time.monotonic() + pause - start > patience.total:
                raise StoreUnavailable(f"The lock store did not answer in {tries} tries: {error}") from error
            await sleep(pause)
