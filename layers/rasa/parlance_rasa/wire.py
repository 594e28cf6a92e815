"""The messages that leave Rasa: one a turn, or one an event; plain, compressed, or left in S3 with a claim check."""

import base64
import gzip
import json
import math
from typing import Any, Callable, List, NamedTuple, Optional

LARGEST = 240 * 1024  # SNS takes 256 KiB, attributes included


class Turn(NamedTuple):
    """A turn's place: `turn` grows strictly in a conversation, `prev_turn` names the one committed before."""

    turn: int
    prev_turn: Optional[int]
    overlap: bool


def encode_event(event: Any) -> str:
    """Return an event as ASCII JSON, whatever it holds: NaN becomes null, unknown objects their number or text."""
    try:
        return json.dumps(event, allow_nan=False)
    except (TypeError, ValueError):
        return json.dumps(_plain(event), allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if hasattr(value, "tolist"):  # a numpy number or array
        return _plain(value.tolist())
    return str(value)


def body_start(sender_id: str, environment: str) -> str:
    """Return how a turn's message begins; what follows is known when the turn is committed."""
    head = {"v": 1, "kind": "turn", "environment": environment, "sender_id": sender_id}
    return json.dumps(head, separators=(",", ":"))[:-1]


def turn_body(start: str, turn: Turn, events: List[str]) -> str:
    """Return the message of a turn; `events` are already encoded, in the turn's order."""
    place = json.dumps(turn._asdict(), separators=(",", ":"))[1:-1]
    return '%s,%s,"events":[%s]}' % (start, place, ",".join(events))


def pack(body: str, kind: str, leave: Callable[[bytes], "dict[str, str]"]) -> str:
    """Return what fits into one SNS message: the body, its gzip, or the claim that `leave` returns for the gzip."""
    if len(body) <= LARGEST:
        return body
    small = gzip.compress(body.encode("ascii"), mtime=0)
    if len(small) * 4 // 3 + 100 <= LARGEST:
        return _envelope(kind, encoding="gzip", body=base64.b64encode(small).decode("ascii"))
    return _envelope(kind, claim=leave(small))


def _envelope(kind: str, **content: Any) -> str:
    return json.dumps(dict({"v": 1, "kind": kind}, **content), separators=(",", ":"))
