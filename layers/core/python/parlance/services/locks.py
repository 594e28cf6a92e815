"""Which conversations are held, and letting go of one that hangs: on DynamoDB, Redis or PostgreSQL."""

from __future__ import annotations

import time
from typing import Any

from parlance.adapters import locks, redis_locks, tracker_locks
from parlance.domain.errors import NotFound
from parlance.domain.locks import ConversationLock, Locks, lock_of, name_of
from parlance.settings import settings

PROBE = "parlance:start-check:"


def list_locks(limit: int = 100) -> Locks:
    """Return up to `limit` conversations that are held now, the longest held first."""
    seen = [place.held_items(limit) for place in _places()]
    items = [item for found, _ in seen for item in found]
    now = time.time()
    held = [lock for item in items if (lock := lock_of(item, now)) and not lock.sender_id.startswith(PROBE)]
    first = sorted(held, key=lambda lock: lock.holder.since)[:limit]
    return Locks(locks=tuple(first), complete=len(items) <= limit and all(complete for _, complete in seen))


def lock_on(sender_id: str) -> ConversationLock:
    """Return who holds a conversation and who waits for it; raises NotFound when nobody does."""
    for place in _places():
        item = place.item(sender_id)
        lock = lock_of(item, time.time()) if item else None
        if lock:
            return lock
    raise NotFound(f"Nobody holds conversation '{sender_id}'.", code="NotLocked")


def release(sender_id: str, ticket: int) -> None:
    """Take a ticket out of a conversation's queue; raises NotFound when it is not in it any more.

    A holder learns it with its next heartbeat, and its turn is cancelled; what it saves until then is kept and flagged.
    A waiter queues again. `sender_id` is written as `list_locks` shows it. Ask before: the turn may be alive.
    """
    for place in _places():
        name = name_of(place.item(sender_id), ticket)
        if name is not None and place.remove(sender_id, name, ticket):
            return
    raise NotFound(f"Ticket {ticket} is not in the queue of conversation '{sender_id}' any more.", code="NotLocked")


def forget(sender_id: str) -> int:
    """Remove what is kept of a conversation that nobody holds; returns in how many places there was something."""
    return sum(place.forget(sender_id) for place in _places())


def _places() -> list[Any]:
    """Return where locks may be: an installation uses one, and may have changed it while turns ran."""
    given = settings()
    chosen = {locks: given.lock_table, redis_locks: given.lock_redis_secret, tracker_locks: "where there is the table"}
    return [place for place, is_given in chosen.items() if is_given]
