"""The conversations of a real Rasa 3.6.21: 6,144 events as its broker published them."""

from __future__ import annotations

import gzip
import json
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "data" / "moodbot-events.ndjson.gz"


@cache
def events(file: Path = FILE) -> tuple[dict[str, Any], ...]:
    """Return the events in order, each with its `sender_id`."""
    with gzip.open(file, "rt") as lines:
        return tuple(json.loads(line) for line in lines)


def turns(source: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    """Cut events into turn messages as the tracker store does: one for each message of a user."""
    by_sender = {sender: list(group) for sender, group in groupby(sorted(source, key=sender_of), sender_of)}
    return [turn for sender, mine in by_sender.items() for turn in turns_of(sender, mine)]


def turns_of(sender: str, source: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one conversation's turn messages, numbered as the lock numbers them."""
    parts: list[list[dict[str, Any]]] = []
    for event in source:
        first_of_session = event.get("name") == "action_session_start"
        after_session = parts and parts[-1][-1].get("name") == "action_listen" and len(parts[-1]) == 3
        if first_of_session or not parts or (event["event"] == "user" and not after_session):
            parts.append([])
        parts[-1].append({key: value for key, value in event.items() if key != "sender_id"})
    first = int(source[0]["timestamp"] * 1000)
    return [
        message(sender, first + number, first + number - 1 if number else None, part)
        for number, part in enumerate(parts)
    ]


def message(sender: str, turn: int, prev_turn: int | None, part: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a turn message."""
    head = {"v": 1, "kind": "turn", "environment": "production", "sender_id": sender}
    return {**head, "turn": turn, "prev_turn": prev_turn, "overlap": False, "events": part}


def sender_of(event: dict[str, Any]) -> str:
    """Key of a conversation."""
    return str(event["sender_id"])


def record(body: Any, number: int = 0, environment: str | None = None) -> dict[str, Any]:
    """Return one record of an SQS event."""
    text = body if isinstance(body, str) else json.dumps(body)
    attributes = {"app_id": {"stringValue": environment, "dataType": "String"}} if environment else {}
    return {
        "messageId": f"message-{number}",
        "body": text,
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": attributes,
    }


def batch(bodies: list[Any]) -> dict[str, Any]:
    """Return an SQS event of these messages."""
    return {"Records": [record(body, number) for number, body in enumerate(bodies)]}
