"""COPY's text format: one line an event, columns as in `event_sql.COPY_EVENTS`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parlance.domain.events import Event

NULL = "\\N"
SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def lines(events: Iterable[Event]) -> bytes:
    """Return the events as lines; JSON has no raw control characters, so only its backslashes need care."""
    return b"".join(
        [b"%s%s\t%s\n" % (head(event), event.json.replace(b"\\", b"\\\\"), tail(event)) for event in events]
    )


def head(event: Event) -> bytes:
    """Return the columns before the JSON."""
    turn = NULL if event.turn is None else event.turn
    idx = NULL if event.idx is None else event.idx
    sender, kind = escaped(event.sender_id), escaped(event.type)
    return f"{event.id}\t{event.timestamp!r}\t{event.at!r}\t{turn}\t{idx}\t{sender}\t{kind}\t".encode()


def tail(event: Event) -> bytes:
    """Return the column after the JSON."""
    return b"\\N" if event.exact is None else event.exact.translate(SPECIAL).encode()


@lru_cache(maxsize=1024)
def escaped(text: str) -> str:
    """Return text as COPY reads it; the same senders and types come many times in a row."""
    return text.translate(SPECIAL)
