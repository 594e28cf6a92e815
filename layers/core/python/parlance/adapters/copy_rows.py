"""COPY's binary format: one row an event, columns as in `event_sql.COPY_EVENTS`.

Against the text format it saves the server a microsecond an event, and the function more: nothing is escaped, printed
or searched for line ends.
"""

from __future__ import annotations

from functools import lru_cache
from struct import Struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parlance.domain.events import Event

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
COLUMNS = 9
NULL = b"\xff\xff\xff\xff"
JSONB = 1
"""The version of jsonb's binary form; the text follows."""
_lone = Struct(">hi16sidid").pack
_placed = Struct(">hi16sididiqii").pack
_jsonb = Struct(">iB").pack
_length = Struct(">i").pack


def rows(events: Iterable[Event]) -> bytes:
    """Return the events as rows."""
    rows: list[bytes] = []
    for event in events:
        rows += parts(event)
    return b"".join(rows)


def parts(event: Event) -> tuple[bytes, ...]:
    """Return an event's row; every value stands behind its length."""
    return (
        head(event),
        field(event.sender_id),
        field(event.type),
        _jsonb(len(event.json) + 1, JSONB),
        event.json,
        NULL if event.exact is None else measured(event.exact),
    )


def head(event: Event) -> bytes:
    """Return the row's numbers: identity, times, and the place that a turn gave."""
    key = bytes.fromhex(event.id)
    if event.turn is None:
        return _lone(COLUMNS, 16, key, 8, event.timestamp, 8, event.at) + NULL + NULL
    return _placed(COLUMNS, 16, key, 8, event.timestamp, 8, event.at, 8, event.turn, 4, event.idx)


def measured(text: str) -> bytes:
    """Return a text behind its length."""
    value = text.encode()
    return _length(len(value)) + value


field = lru_cache(maxsize=1024)(measured)
"""The same senders and types come many times in a row."""
