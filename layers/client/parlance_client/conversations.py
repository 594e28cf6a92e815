"""Conversations: list, read, review."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from parlance.domain import shapes
from parlance_client.pages import Page, page
from parlance_client.transport import Transport, query_of, segment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parlance.domain.conversations import Listing, ReviewStatus


class Conversations:
    """What users and bot said to each other."""

    def __init__(self, transport: Transport) -> None:
        """Send nothing yet."""
        self._transport = transport

    def list(self, listing: Listing) -> Page[shapes.Conversation]:
        """Return a page of the conversations that the filters leave."""
        return page(self._transport.send("GET", "/conversations", query=query_of(listing)), shapes.Conversation)

    def every(self, listing: Listing) -> Iterator[shapes.Conversation]:
        """Yield all conversations that the filters leave, page by page."""
        while True:
            found = self.list(listing)
            yield from found.items
            if not found.cursor:
                return
            listing = msgspec.structs.replace(listing, cursor=found.cursor)

    def show(self, sender_id: str) -> shapes.Tracker:
        """Return a conversation's state and events."""
        return self._transport.get(f"/conversations/{segment(sender_id)}/tracker").read(shapes.Tracker)

    def review(self, sender_id: str, status: ReviewStatus) -> None:
        """Set the review status."""
        self._transport.send("PUT", f"/conversations/{segment(sender_id)}/reviewStatus", {"review_status": status})
