"""Rasa's `LockStore` on the ticket protocol; the three stores differ in their service only."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, AsyncGenerator, NoReturn, Optional

from rasa.core.lock import Ticket, TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore

from parlance_rasa.locks.errors import LeaseLost, Refusal, StoreMisconfigured
from parlance_rasa.locks.line import Line
from parlance_rasa.locks.metrics import Metrics
from parlance_rasa.locks.refusals import note
from parlance_rasa.locks.service import Patience, insist
from parlance_rasa.locks.tickets import Names, View, key_of, milliseconds
from parlance_rasa.turn import current_ticket

if TYPE_CHECKING:
    from parlance_rasa.locks.options import Options
    from parlance_rasa.locks.place import Place
    from parlance_rasa.locks.service import Sides

logger = logging.getLogger(__name__)

NEVER = float("inf")
PROBE = "parlance:start-check:"


class TicketLockStore(LockStore):
    """Rasa only calls `lock()`. The other methods of its base class work too; they block, and `save_lock` refuses."""

    def __init__(self, sides: Sides, options: Options, *, name: str, first_poll: float) -> None:
        """Check by a real take, look and give-back that the service can be used; raises StoreMisconfigured."""
        super().__init__()
        self._service, self._options, self._names = sides.threads, options, Names()
        self.metrics = Metrics(name)
        self._line = Line(sides, options, self.metrics, first_poll)
        self._check()

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,  # noqa: ARG002 - the lease replaces it
        wait_time_in_seconds: float = 1,  # noqa: ARG002 - waiting is adaptive
    ) -> AsyncGenerator[TicketLock, None]:
        """Hold the conversation, first come first served; the ticket is `turn.current_ticket` inside.

        Raises a LockError: QueueFull at once, WaitedTooLong, StoreUnavailable; LeaseLost cancels the body.
        """
        place = await self._enter(conversation_id)
        token = current_ticket.set(place.ticket)
        try:
            yield TicketLock(conversation_id, deque([Ticket(place.ticket, NEVER)]))
        except asyncio.CancelledError as error:
            if not place.lost:
                raise
            lost = LeaseLost(f"The turn of '{conversation_id}' was cancelled: {place.lost}.")
            note(lost)
            raise lost from error
        finally:
            self._line.leave(place)
            with suppress(ValueError):  # a generator that nobody finished ends in a context of its own
                current_ticket.reset(token)

    async def _enter(self, conversation_id: str) -> Place:
        try:
            return await self._line.enter(self._key(conversation_id))
        except Refusal as error:
            note(error)
            raise

    def close(self) -> None:
        """Finish giving back, hang up and end the threads; Rasa does not ask for it, the interpreter's exit does."""
        self._line.close()

    def get_lock(self, conversation_id: str) -> Optional[TicketLock]:
        """Return a copy of the queue; None when nobody is in it."""
        tickets = sorted(self._look(conversation_id).tickets.values())
        return TicketLock(conversation_id, deque(Ticket(number, NEVER) for number in tickets)) if tickets else None

    def issue_ticket(self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME) -> int:  # noqa: ARG002
        """Queue, and return the ticket; it lives for one lease unless it is given back before."""
        waiter, key = self._names(), self._key(conversation_id)
        view: View = self._call(lambda: self._service.take(key, waiter, milliseconds(), self._options.queue_cap))
        if waiter not in view.tickets:
            raise LockError(f"Too many messages of conversation '{conversation_id}' are waiting already.")
        return view.tickets[waiter]

    def finish_serving(self, conversation_id: str, ticket_number: int) -> None:
        """Give a ticket back by its number."""
        key = self._key(conversation_id)
        for waiter, ticket in self._look(conversation_id).tickets.items():
            if ticket == ticket_number:
                self._call(lambda waiter=waiter: self._service.give_back(key, waiter))  # type: ignore[misc]

    def update_lock(self, conversation_id: str) -> None:
        """Do nothing: who is stalled is judged by those who wait."""

    def delete_lock(self, conversation_id: str) -> None:
        """Do nothing: a queue that somebody may wait in is never deleted; unused ones go by their age."""

    def save_lock(self, lock: TicketLock) -> NoReturn:
        """Refuse: writing a whole queue back is how tickets get lost."""
        raise LockError(f"The queue of '{lock.conversation_id}' cannot be written as a whole.")

    def _key(self, conversation_id: str) -> str:
        return key_of(self._options.key_prefix, conversation_id)

    def _look(self, conversation_id: str) -> View:
        return self._call(lambda: self._service.look(self._key(conversation_id)))

    def _call(self, act):  # noqa: ANN001, ANN202 - passes a callable's own type through
        return insist(act, Patience(total=self._options.patience), lambda _: None)[0]

    def _check(self) -> None:
        probe = PROBE + self._names()
        ticket = self.issue_ticket(probe)
        queue = self.get_lock(probe)
        self.finish_serving(probe, ticket)
        if queue is None or all(waiting.number != ticket for waiting in queue.tickets):
            raise StoreMisconfigured("Lock store: a ticket that was just written cannot be read back.")
