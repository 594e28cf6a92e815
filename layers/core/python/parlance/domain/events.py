"""One event of a conversation: what makes it the same event, where it stands, and text that PostgreSQL can hold."""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import Any

import msgspec

from parlance.domain.errors import Invalid

LONGEST_NAME = 255
"""Characters of a name (sender, type, intent, ...): Rasa's own limit in SQL."""

REPLACEMENT = "\\ufffd"
_ESCAPES = re.compile(r"\\(?:ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|u[0-9a-f]{4}|.)")
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


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
    json: str
    """`data` as canonical JSON."""
    exact: str | None
    """The canonical JSON as Rasa sent it, where `json` had to replace characters."""

    @property
    def place(self) -> tuple[bool, int, int, float]:
        """Order among tellings of one event: a turn's before a lone one's, the earlier turn's first."""
        return (self.turn is None, self.turn or 0, self.idx or 0, self.at)


def canonical(data: dict[str, Any]) -> str:
    """Return the one JSON text of this content: sorted keys, no spaces, ASCII; raises Invalid for what is not JSON."""
    try:
        return _canonical(data)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"the event is not plain JSON: {error}") from error


def identity(sender_id: str, text: str) -> str:
    """Return the event's id: the same in a turn, alone, and in an export."""
    return hashlib.sha256(f"{sender_id}{text}".encode()).hexdigest()[:32]


def storable(text: str) -> str:
    """Return canonical JSON in which NUL and lone surrogates, which PostgreSQL refuses, became U+FFFD."""
    if "\\u0000" in text or "\\ud" in text:
        return _ESCAPES.sub(_replace, text)
    return text


def _replace(match: re.Match[str]) -> str:
    escape = match[0]
    lone = len(escape) == len("\\ud800") and escape.startswith(("\\ud8", "\\ud9", "\\uda", "\\udb", "\\udc", "\\udd"))
    lone = lone or (len(escape) == len("\\ude00") and escape.startswith(("\\ude", "\\udf")))
    return REPLACEMENT if lone or escape == "\\u0000" else escape


def seconds(data: dict[str, Any]) -> float:
    """Return the event's timestamp; raises Invalid when it is no finite number."""
    value = data.get("timestamp")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Invalid("the event has no timestamp")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Invalid("the event's timestamp is out of range")
    return number


def name(value: Any) -> str:
    """Return a name cut to what the database indexes; empty for what is no text."""
    return value[:LONGEST_NAME] if isinstance(value, str) else ""
