"""The event service: messages of Rasa from the queue into PostgreSQL."""

from __future__ import annotations

from typing import Any

from parlance.adapters.log import log
from parlance.services.ingest import ingest


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Store a batch; name the messages that must come again or are dead."""
    outcome = ingest(event["Records"])
    log("events", messages=outcome.messages, new=outcome.new_events, refused=outcome.refused, late=outcome.postponed)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in outcome.failed]}
