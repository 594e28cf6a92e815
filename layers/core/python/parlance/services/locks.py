"""Which conversations are held, and letting go of one that hangs."""

from __future__ import annotations

import time

from parlance.adapters import locks as table
from parlance.domain.errors import NotFound
from parlance.domain.locks import ConversationLock, Locks, lock_of, name_of

PROBE = "parlance:start-check:"


def list_locks(limit: int = 100) -> Locks:
    """Return up to `limit` conversations that are held now, the longest held first."""
    items, complete = table.held_items(limit)
    now = time.time()
    held = [lock for item in items if (lock := lock_of(item, now)) and not lock.sender_id.startswith(PROBE)]
    return Locks(locks=tuple(sorted(held, key=lambda lock: lock.holder.since)), complete=complete)


def lock_on(sender_id: str) -> ConversationLock:
    """Return who holds a conversation and who waits for it; raises NotFound when nobody does."""
    item = table.item(sender_id)
    lock = lock_of(item, time.time()) if item else None
    if lock is None:
        raise NotFound(f"Nobody holds conversation '{sender_id}'.", code="NotLocked")
    return lock


def release(sender_id: str, ticket: int) -> None:
    """Take a ticket out of a conversation's queue; raises NotFound when it is not in it any more.

    A holder learns it with its next heartbeat, and its turn is cancelled; what it saves until then is kept and flagged.
    A waiter queues again. `sender_id` is written as `list_locks` shows it. Ask before: the turn may be alive.
    """
    name = name_of(table.item(sender_id), ticket)
    if name is None or not table.remove(sender_id, name, ticket):
        raise NotFound(f"Ticket {ticket} is not in the queue of conversation '{sender_id}' any more.", code="NotLocked")
