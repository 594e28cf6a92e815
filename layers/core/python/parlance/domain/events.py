"""One event of a conversation: what makes it the same event, where it stands, and text that PostgreSQL can hold."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import msgspec

from parlance.domain.errors import Invalid

LONGEST_NAME = 255
"""Characters of a name (sender, type, intent, ...): Rasa's own limit in SQL."""

REPLACEMENT = b"\\ufffd"
BACKSLASH = ord("\\")
"""As a number: bytes `in` bytes raises and catches an exception inside, and takes 0.25 us longer (CPython 3.13)."""
_ESCAPES = re.compile(rb"\\(?:ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|u[0-9a-f]{4}|.)")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LONE = re.compile(rb"\\u(?:d[89a-f][0-9a-f]{2}|0000)\Z")
_canonical = msgspec.json.Encoder(order="sorted").encode
_canonical_ascii = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it is stored."""

    sender_id: str
    id: str
    """32 hex digits: the first half of sha256(sender_id + canonical JSON)."""
    timestamp: float
    """Rasa's own, unix seconds."""
    at: float
    """Place in time: the first timestamp of its turn, else its own."""
    turn: int | None
    idx: int | None
    type: str
    data: dict[str, Any]
    """Rasa's JSON without `sender_id`, free of NUL and lone surrogates."""
    json: bytes
    """`data` as canonical JSON."""
    exact: str | None
    """The canonical JSON as Rasa sent it, where `json` had to replace characters."""

    @property
    def place(self) -> Place:
        """Order among tellings of one event."""
        return place(self.turn, self.idx, self.at)


Place = tuple[bool, int, int, float]


def place(turn: int | None, idx: int | None, at: float) -> Place:
    """Return a key that puts a turn's telling of an event before a lone one's, and an earlier turn's first."""
    return (turn is None, turn or 0, idx or 0, at)


def canonical(data: dict[str, Any]) -> bytes:
    """Return the one JSON text of this content: sorted keys, no spaces, UTF-8, the shortest digits of a number.

    Lone surrogates have no UTF-8: then it is all ASCII. The form must never change, for it makes an event's identity:
    a test holds it. Raises Invalid for what is nested too deeply.
    """
    try:
        return _encoded(data)
    except RecursionError as error:
        raise Invalid("the event is nested too deeply") from error


def _encoded(data: dict[str, Any]) -> bytes:
    try:
        return _canonical(data)
    except UnicodeEncodeError:
        return _canonical_ascii(data).encode()


def identity(sender_id: str, text: bytes) -> str:
    """Return the event's id: the same in a turn, alone, and in an export."""
    return hashlib.sha256(sender_id.encode() + text).hexdigest()[:32]


def storable(text: bytes) -> bytes:
    """Return canonical JSON in which NUL and lone surrogates, which PostgreSQL refuses, became U+FFFD."""
    return _ESCAPES.sub(_replace, text) if BACKSLASH in text and b"\\u" in text else text


def _replace(escape: re.Match[bytes]) -> bytes:
    return REPLACEMENT if _LONE.match(escape[0]) else escape[0]


def seconds(data: dict[str, Any]) -> float:
    """Return the event's timestamp; raises Invalid when it is no number that a double can hold."""
    value = data.get("timestamp")
    if type(value) is float:
        return value
    if type(value) is not int:
        raise Invalid("the event has no timestamp")
    try:
        return float(value)
    except OverflowError as error:
        raise Invalid("the event's timestamp is out of range") from error


def name(value: Any) -> str:
    """Return a name cut to what the database indexes; empty for what is no text."""
    return value[:LONGEST_NAME] if type(value) is str else ""


def origin(value: Any) -> str:
    """Return an environment's name as PostgreSQL can hold it: cut, NUL and lone surrogates replaced by U+FFFD."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", name(value))
