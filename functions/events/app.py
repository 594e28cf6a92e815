"""The event service: messages of Rasa from the queue into PostgreSQL."""

from __future__ import annotations

from typing import Any

from parlance.adapters.log import log
from parlance.domain.live import MOST, Changes
from parlance.services.ingest import ingest
from parlance.services.live import announce


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Store a batch; name the messages that must come again."""
    outcome = ingest(event["Records"])
    if outcome.new_events:
        announce(Changes(conversations=tuple(sorted(outcome.conversations)[:MOST]), inbox=True))
    log("events", messages=outcome.messages, new=outcome.new_events, refused=outcome.refused, late=outcome.postponed)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in outcome.failed]}
