"""Erasing conversations in every store: safe to cut short, safe to repeat, and with a receipt.

First one transaction in the workbench's database removes the rows and puts up the tombstone: from then on nothing of
the conversation is stored again. What lies elsewhere follows (erasure_care); a call that is repeated, or the sweeper,
finishes it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from parlance.adapters import erasure as store
from parlance.adapters import inbox_erasure, tracker_erasure
from parlance.adapters.sql import transaction
from parlance.domain.erasure import MOST, receipt_of
from parlance.domain.errors import Invalid, NotFound
from parlance.services import audit, example_erasure
from parlance.services.conversations import UNKNOWN, viewer_of
from parlance.services.erasure_care import add, finish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parlance.domain.erasure import Receipt, ReceiptFilter, Tombstone
    from parlance.domain.identity import Principal

NO_TRACKER = "Rasa's tracker store: this installation does not know it"


def erase(principal: Principal, sender_id: str) -> Receipt:
    """Erase one conversation and return its receipt; raises NotFound for one that is not there, or finished."""
    receipts, _ = erase_many(principal, (sender_id,))
    if not receipts:
        raise NotFound(UNKNOWN, code="ConversationNotFound")
    return receipts[0]


def erase_many(principal: Principal, senders: Sequence[str]) -> tuple[list[Receipt], list[str]]:
    """Erase those that the caller may see; returns their receipts, and which there are not."""
    if len(senders) > MOST:
        raise Invalid(f"At most {MOST} conversations are erased in one call.")
    found = store.meant(list(senders), viewer_of(principal))
    if not found:
        return [], list(senders)
    _remove_rows(principal, found)
    finish(dict.fromkeys(found, tracker_erasure.ALL))
    known = set(found)
    return [_receipt(stone) for stone in store.stones(found)], [name for name in senders if name not in known]


def receipts(wanted: ReceiptFilter) -> tuple[list[Receipt], int]:
    """Return the receipts of all erasures, the newest first, and how many there are."""
    found, total = store.page(wanted)
    return [_receipt(stone) for stone in found], total


def _remove_rows(principal: Principal, senders: list[str]) -> None:
    """Remove everything that the workbench's database has, in one transaction with the tombstones and the audit."""
    latest = tracker_erasure.latest(senders)
    with transaction():
        store.bury({sender: latest.get(sender, 0.0) for sender in senders}, by=principal.username, now=time.time())
        examples = example_erasure.forget(senders, principal.username)
        inbox = inbox_erasure.forget(senders)
        removed = store.remove(senders)
        add(removed, "examples", examples)
        add(removed, "inbox", inbox)
        store.note(removed)
        for sender in senders:
            audit.record(principal, "metadata:delete", sender)


def _receipt(stone: Tombstone) -> Receipt:
    return receipt_of(stone, unknown=() if tracker_erasure.is_connected() else (NO_TRACKER,))
