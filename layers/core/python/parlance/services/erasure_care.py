"""The part of an erasure that lies outside the workbench's database, and erasures that were cut short."""

from __future__ import annotations

import time

from parlance.adapters import erasure as store
from parlance.adapters import event_topic, objects, tracker_erasure
from parlance.domain.erasure import SETTLED_AFTER
from parlance.services import letter_erasure, locks
from parlance.settings import settings

Counts = dict[str, dict[str, int]]
"""Conversation -> part -> how many were removed."""


def finish(until: dict[str, float]) -> None:
    """Remove what began until then elsewhere: tracker store, claims, refused messages, lock.

    Raises Unavailable when a part cannot be reached now; all of it may be repeated.
    """
    removed: Counts = {sender: {} for sender in until}
    add(removed, "tracker_events", tracker_erasure.erase(until))
    add(removed, "claims", {sender: _claims(sender) for sender in until})
    add(removed, "locks", {sender: locks.forget(sender) for sender in until})
    add(removed, "dead_letters", letter_erasure.forget(list(until)))
    store.note(removed, completed=True)


def settle(most: int = 50) -> int:
    """Finish erasures that were cut short, and look once more for what was under way; returns how many are done."""
    stones = store.unsettled(most)
    old = [stone for stone in stones if stone.completed and stone.erased_at < time.time() - SETTLED_AFTER]
    wanted = {stone.sender_id: stone.until for stone in stones if not stone.completed or stone in old}
    if wanted:
        finish(wanted)
        store.note({stone.sender_id: {} for stone in old}, settled=True)
    return len(old)


def add(removed: Counts, part: str, counted: dict[str, int]) -> None:
    """Add what was removed of a part to each conversation's counts."""
    for sender, n in counted.items():
        if n:
            removed[sender][part] = removed[sender].get(part, 0) + n


def _claims(sender: str) -> int:
    bucket = settings().data_bucket
    return objects.delete_all(bucket, event_topic.claims_of(sender)) if bucket else 0
