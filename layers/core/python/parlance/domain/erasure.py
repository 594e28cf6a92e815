"""Erasing conversations: what a receipt says, and how much one call takes."""

from __future__ import annotations

from typing import Annotated

import msgspec

from parlance.domain.conversations import Number

MOST = 100
"""Conversations that one call erases: each costs two calls of AWS beside the databases' share."""
SETTLED_AFTER = 1800.0
"""Seconds after which nothing that was under way at the erasure can still turn up: a turn, a message given up on."""
LEFT = (
    "the conversation's name, here and in the audit log",
    "stories and tests that people wrote from it",
    "texts that a job parses and stories that it evaluates, for at most a week",
    "backups",
)
"""What no erasure removes; every receipt says so."""


class ReceiptFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which receipts are wanted."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    offset: Number = 0


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """An erased conversation: turns that began at or before `until` (unix seconds) do not come back."""

    sender_id: str
    until: float
    erased_at: float
    erased_by: str
    completed: bool
    receipt: dict[str, int]
    """Part -> how many were removed."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure removed, as clients see it; times are unix seconds."""

    sender_id: str
    erased_at: float
    erased_by: str
    until: float
    """Turns that began at or before do not come back."""
    completed: bool
    removed: dict[str, int]
    not_removed: tuple[str, ...]


def receipt_of(stone: Tombstone, *, unknown: tuple[str, ...] = ()) -> Receipt:
    """Return the receipt; `unknown` says which stores this installation does not know."""
    return Receipt(
        sender_id=stone.sender_id,
        erased_at=stone.erased_at,
        erased_by=stone.erased_by,
        until=stone.until,
        completed=stone.completed,
        removed=stone.receipt,
        not_removed=unknown + LEFT,
    )
