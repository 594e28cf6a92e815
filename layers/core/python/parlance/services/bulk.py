"""Many conversations changed by one request: all that the caller may see, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parlance.adapters import annotations as tags
from parlance.adapters import bulk as store
from parlance.adapters.sql import transaction
from parlance.domain.bulk import Done
from parlance.services import audit, erasure
from parlance.services.annotation import sorted_tags
from parlance.services.conversations import viewer_of

if TYPE_CHECKING:
    from parlance.domain.bulk import Bulk
    from parlance.domain.identity import Principal


def change(principal: Principal, wanted: Bulk) -> Done:
    """Do it to all of them; returns whom it reached, who is not there, and receipts of what was deleted."""
    wanted.check()
    senders = tuple(dict.fromkeys(wanted.conversations))
    if wanted.delete:
        receipts, missing = erasure.erase_many(principal, senders)
        done = tuple(receipt.sender_id for receipt in receipts)
        return Done(conversations=done, missing=tuple(missing), receipts=tuple(receipts))
    with transaction():
        found = store.meant(list(senders), viewer_of(principal))
        if found:
            _annotate(principal, found, wanted)
    known = set(found)
    return Done(conversations=tuple(found), missing=tuple(sender for sender in senders if sender not in known))


def _annotate(principal: Principal, senders: list[str], wanted: Bulk) -> None:
    if wanted.review_status:
        store.set_review_status(senders, wanted.review_status)
    if wanted.add_tags:
        tags.assign(senders, *sorted_tags(wanted.add_tags))
    if wanted.remove_tags:
        store.unassign(senders, list(wanted.remove_tags))
    if wanted.flag is not None:
        store.flag(senders, principal.username) if wanted.flag else store.unflag(senders)
    audit.record(principal, "conversations:update", "", conversations=senders)
