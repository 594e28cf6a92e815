"""Exporting a filtered set of conversations: one JSON line each, its events in it."""

from __future__ import annotations

import gzip
import time
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import msgspec

from parlance.adapters import conversations as store
from parlance.adapters import objects
from parlance.domain.conversations import Cursor, decode_cursor
from parlance.domain.sections import fits
from parlance.services.conversations import viewer_of
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parlance.adapters.conversations import Found
    from parlance.domain.conversations import Export, Viewer
    from parlance.domain.identity import Principal

STEP = 100
"""Conversations that are read at once."""
LARGEST = 64 * 1024 * 1024
"""Bytes after which a call ends and the next one goes on."""
PATIENCE = 15.0
"""Seconds after which it does: API Gateway hangs up after 29."""


class Exported(NamedTuple):
    """Lines, or the file they are in, and where the next call goes on."""

    text: str
    file: dict[str, Any] | None
    cursor: str | None


class Lines(NamedTuple):
    """What was read: the lines, and behind which conversation there is more."""

    lines: list[bytes]
    cursor: Cursor | None


def export(principal: Principal, wanted: Export) -> Exported:
    """Return the conversations that the caller may see, as text where an answer holds it, else as a file in storage."""
    found = _read(wanted, viewer_of(principal))
    cursor = found.cursor.encode() if found.cursor else None
    text = b"".join(found.lines).decode()
    if fits(text):
        return Exported(text, None, cursor)
    return Exported("", _filed(found.lines), cursor)


def _filed(lines: list[bytes]) -> dict[str, Any]:
    key = f"exports/{uuid4().hex}.ndjson.gz"
    packed = gzip.compress(b"".join(lines), compresslevel=3)
    objects.put(settings().data_bucket, key, packed)
    address = objects.reading_address(settings().data_bucket, key, "conversations.ndjson.gz")
    return {
        "url": address,
        "expires_in": objects.ADDRESS_LIFE,
        "conversations": len(lines),
        "size": len(packed),
        "compression": "gzip",
    }


def _read(wanted: Export, viewer: Viewer) -> Lines:
    lines: list[bytes] = []
    size, until = 0, time.monotonic() + PATIENCE
    cursor = decode_cursor(wanted.cursor, wanted) if wanted.cursor else None
    for page in _pages(wanted, viewer, cursor):
        for item, line in zip(page, _lines(page), strict=True):
            lines.append(line)
            size += len(line)
            cursor = Cursor(wanted.by, wanted.ascending, item.sort_key, item.sender_id)
            if size > LARGEST or len(lines) >= wanted.limit:
                return Lines(lines, cursor)
        if time.monotonic() > until:
            return Lines(lines, cursor)
    return Lines(lines, None)


def _pages(wanted: Export, viewer: Viewer, cursor: Cursor | None) -> Iterator[list[Found]]:
    """Yield conversation objects, a constant number of statements a page."""
    listing = msgspec.structs.replace(wanted, limit=STEP)
    while page := store.find_page(listing, viewer, cursor):
        yield page
        cursor = Cursor(wanted.by, wanted.ascending, page[-1].sort_key, page[-1].sender_id)
        listing = msgspec.structs.replace(listing, offset=0)
        if len(page) < STEP:
            return


def _lines(page: list[Found]) -> Iterator[bytes]:
    """Yield each conversation object with its events at its end."""
    events = store.find_events_of([one.sender_id for one in page])
    for one in page:
        told = ",".join(events[one.sender_id]).encode()
        yield one.item.removesuffix(b"}") + b',"events":[' + told + b"]}\n"
