"""One JSON line an invocation on stderr: names, ids, counts; never what a user wrote."""

from __future__ import annotations

import sys

import msgspec


def log(event: str, **fields: object) -> None:
    """Write one line about what happened."""
    sys.stderr.write(msgspec.json.encode({"event": event, **fields}).decode() + "\n")
