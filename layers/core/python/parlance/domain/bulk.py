"""What one request does to many conversations."""

from __future__ import annotations

from typing import Annotated

import msgspec

from parlance.domain.conversations import LARGEST_PAGE, GivenTag, Number, ReviewStatus
from parlance.domain.erasure import Receipt
from parlance.domain.errors import Invalid

Names = Annotated[tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=255)], ...], msgspec.Meta(min_length=1)]


class Bulk(msgspec.Struct, frozen=True, kw_only=True):
    """The conversations, and what shall be done to each of them."""

    conversations: Annotated[Names, msgspec.Meta(max_length=LARGEST_PAGE)]
    review_status: ReviewStatus | None = None
    add_tags: tuple[GivenTag, ...] = ()
    remove_tags: tuple[Number, ...] = ()
    flag: bool | None = None
    """True flags the latest message of the user in each; False takes every flag off."""
    delete: bool = False

    def check(self) -> None:
        """Raise Invalid when nothing is to be done, or when something shall be done to what is deleted."""
        changes = [self.review_status is not None, bool(self.add_tags), bool(self.remove_tags), self.flag is not None]
        if not any(changes) and not self.delete:
            raise Invalid("Say what to do: review_status, add_tags, remove_tags, flag or delete.")
        if any(changes) and self.delete:
            raise Invalid("delete stands alone: what is deleted has no tags.")


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a request reached, who is not there, and receipts of what was erased."""

    conversations: tuple[str, ...]
    missing: tuple[str, ...]
    receipts: tuple[Receipt, ...] = ()
