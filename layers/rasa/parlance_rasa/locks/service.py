"""What the protocol asks of a service, and the patience with which it asks."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Callable, NamedTuple, Optional, Protocol, Tuple, TypeVar

from parlance_rasa.locks.errors import StoreUnavailable, Transient

if TYPE_CHECKING:
    from parlance_rasa.locks.tickets import Seen, View

T = TypeVar("T")


class Service(Protocol):
    """Five single-step, atomic operations on one conversation's queue. They block: only worker threads call them.

    Each may be repeated: a repeated take gives the same ticket, a repeated give-back finds nothing to do.
    `Transient` asks for another try; `StoreMisconfigured` says that no try would help.
    """

    def take(self, key: str, waiter: str, base: int, cap: int) -> View:
        """Queue `waiter` behind everybody, unless it is in already or `cap` wait; return the queue.

        The ticket is the last one plus one, or `base` for a conversation that the service does not know.
        """

    def look(self, key: str) -> View:
        """Return the queue as of now (a consistent read)."""

    def beat(self, key: str, waiter: str, ticket: int) -> bool:
        """Show that `waiter` lives; False when it is no longer in the queue with this ticket.

        The ticket counts: a take that the network delivers late may put an evicted waiter back, with another one.
        """

    def evict(self, key: str, seen: Seen) -> bool:
        """Remove a waiter if its ticket and heartbeat are still as seen; False when it moved or left."""

    def give_back(self, key: str, waiter: str) -> Optional[View]:
        """Remove `waiter` and return the queue; None when it was not in."""


class Patience(NamedTuple):
    """How long a store tries. Full jitter between tries, so that many nodes do not come back in step."""

    total: float = 10.0
    first_pause: float = 0.025
    longest_pause: float = 1.0

    def pause(self, tries: int) -> float:
        """Return how long to rest after so many failed tries, in seconds."""
        return random.uniform(0, min(self.longest_pause, self.first_pause * 2**tries))  # noqa: S311 - jitter


def insist(act: Callable[[], T], patience: Patience, failed: Callable[[Transient], None]) -> Tuple[T, int]:
    """Call `act` until it answers; return its answer and the number of tries. Raises StoreUnavailable at the end."""
    start, tries = time.monotonic(), 0
    while True:
        tries += 1
        try:
            return act(), tries
        except Transient as error:
            failed(error)
            pause = patience.pause(tries)
            if time.monotonic() + pause - start > patience.total:
                raise StoreUnavailable(f"The lock store did not answer in {tries} tries: {error}") from error
            time.sleep(pause)
