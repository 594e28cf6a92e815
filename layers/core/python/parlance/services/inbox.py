"""Working through what users said: list, read, add, archive."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from parlance.adapters import inbox as store
from parlance.adapters import rasa
from parlance.domain.conversations import COUNTED, LARGEST_PAGE
from parlance.domain.errors import NotFound
from parlance.domain.facts import fields, intent_of
from parlance.domain.inbox import InboxCursor, InboxListing, as_message_log, decode_cursor
from parlance.domain.training.ids import hash_of, prefix_of


class InboxPage(NamedTuple):
    """Some messages, how many there are in all (bounded), and where the next page starts."""

    items: list[dict[str, Any]]
    total: int
    is_exact: bool
    cursor: str | None


def list_messages(listing: InboxListing) -> InboxPage:
    """Return a page of what is neither archived nor, unless asked for, in the training data."""
    after = decode_cursor(listing.cursor, listing) if listing.cursor else None
    rows, total = store.find_page(listing, after), store.count(listing)
    is_full = bool(rows) and len(rows) >= min(listing.limit, LARGEST_PAGE)
    cursor = _cursor(rows[-1], listing) if is_full else None
    return InboxPage([as_message_log(row) for row in rows], min(total, COUNTED), total <= COUNTED, cursor)


def _cursor(row: dict[str, Any], listing: InboxListing) -> str:
    return InboxCursor(listing.sort_by, listing.ascending, float(row["sort_key"]), row["hash"]).encode()


def read_message(name: str) -> dict[str, Any]:
    """Return a message by the hash of its text or by its id; raises NotFound."""
    prefix = prefix_of(name)
    row = store.find(prefix) if prefix else None
    if row is None:
        raise NotFound("No such message.", code="MessageLogNotFound")
    return as_message_log(row)


def archive_message(name: str) -> None:
    """Take a message out of the inbox, until its prediction changes; raises NotFound when it is not in it."""
    prefix = prefix_of(name)
    if not prefix or not store.archive(prefix):
        raise NotFound("No such message in the inbox.", code="MessageLogNotFound")


def add_message(text: str) -> dict[str, Any]:
    """Let Rasa parse a text and put it into the inbox; raises Unavailable while no model is loaded."""
    parsed = rasa.parse(text)
    intent, confidence = intent_of(parsed)
    prediction = {part: parsed.get(part) for part in ("intent", "intent_ranking", "entities")}
    store.add({
        "hash": hash_of(text), "text": text, "intent": intent or None, "confidence": confidence,
        "model": fields(parsed.get("metadata")).get("model_id"), "prediction": msgspec.json.encode(prediction).decode(),
    })  # fmt: skip
    return read_message(hash_of(text))
