"""The inbox: distinct messages of users that nobody has annotated yet."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal

import msgspec

from parlance.domain.conversations import Number
from parlance.domain.errors import Invalid
from parlance.domain.training.ids import number_of

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]
UNDOUBTED = 2.0
"""Stands for the confidence of a message without prediction, which comes last."""


class InboxListing(msgspec.Struct, frozen=True, kw_only=True):
    """Which messages, in which order, from where on; `cursor` comes from the page before."""

    q: str = ""
    intent: tuple[str, ...] = ()
    exclude_training_data: bool = True
    sort_by: Literal["id", "time", "confidence"] = "time"
    sort_order: Literal["asc", "desc"] | None = None
    limit: Number = 100
    offset: Number = 0
    cursor: str | None = None

    @property
    def ascending(self) -> bool:
        """Whether the smallest comes first: doubtful messages do, old ones do not."""
        return (self.sort_order or ("asc" if self.sort_by == "confidence" else "desc")) == "asc"


class InboxCursor(msgspec.Struct, frozen=True, array_like=True):
    """The last row of a page: the next one starts behind it."""

    by: str
    ascending: bool
    value: float
    hash: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]

    def encode(self) -> str:
        """Return an opaque text for a URL."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def decode_cursor(text: str, listing: InboxListing) -> InboxCursor:
    """Read a cursor; raises Invalid when it is no cursor or belongs to another order."""
    try:
        cursor = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=InboxCursor)
    except ValueError as error:
        raise Invalid("cursor: take it from the header X-Next-Cursor of the page before.") from error
    if (cursor.by, cursor.ascending) != (listing.sort_by, listing.ascending):
        raise Invalid("cursor: it belongs to a list in another order.")
    return cursor


def as_message_log(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as the contract's message log."""
    prediction = row["prediction"]
    return {
        "id": number_of(row["hash"]),
        "time": row["time"],
        "model": row["model"] or "unavailable",
        "hash": row["hash"],
        "conversation_id": row["sender_id"] or None,
        "event_id": row["event_id"] if row["sender_id"] else None,
        "n_messages": row["n_messages"],
        "user_input": {
            "text": row["text"],
            "intent": {"name": row["intent"], "confidence": row["confidence"]},
            "intent_ranking": prediction.get("intent_ranking") or [],
            "entities": prediction.get("entities") or [],
        },
    }
