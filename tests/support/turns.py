"""Short turn messages, plain and wrapped, for tests that care about the message more than about what was said."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

from tests.support import moodbot

BASE = 1_700_000_000_000
"""The first turn's number."""


def turn(
    number: int = 0, sender: str = "web-1", events: list[dict[str, Any]] | None = None, **fields: Any
) -> dict[str, Any]:
    """Return a turn message: one that says hi, unless `events` are given."""
    told = events or [
        {"event": "user", "timestamp": 1_700_000_000.5 + number, "text": f"hi {number}", "input_channel": "rest"}
    ]
    return {**moodbot.message(sender, BASE + number, None, told), **fields}


def compressed(message: dict[str, Any]) -> dict[str, Any]:
    """Return it in a gzip."""
    body = base64.b64encode(gzip.compress(json.dumps(message).encode())).decode()
    return {"v": 1, "kind": "turn", "encoding": "gzip", "body": body}


def wrapped(message: dict[str, Any], **attributes: dict[str, str]) -> dict[str, Any]:
    """Return it in SNS's envelope, with message attributes."""
    told = {"MessageAttributes": attributes} if attributes else {}
    return {
        "Type": "Notification",
        "Message": json.dumps(message),
        "TopicArn": "arn:aws:sns:us-east-1:0:events",
        **told,
    }
