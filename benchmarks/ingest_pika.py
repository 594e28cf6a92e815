"""The original's way from broker to row: RabbitMQ, acknowledged on delivery, one ORM transaction an event."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pika
from sqlalchemy.orm import Session

from benchmarks.ingest_baselines import engine, save
from tests.support import rabbitmq

if TYPE_CHECKING:
    from tests.support.database import Database

PERSISTENT = pika.BasicProperties(delivery_mode=2, app_id="production")


def events_per_s(database: Database, events: list[dict[str, Any]], rounds: int) -> list[float]:
    """Return the consumer's rate, once a round, with the queue filled beforehand."""
    with (
        tempfile.TemporaryDirectory(prefix="parlance-bench-", ignore_cleanup_errors=True) as folder,
        rabbitmq.running(Path(folder)) as server,
        server.connect() as connection,
    ):
        channel = connection.channel()
        channel.queue_declare("events", durable=True)
        return [one_round(database, channel, named(events, f"pika-{number}")) for number in range(rounds)]


def one_round(database: Database, channel: Any, events: list[dict[str, Any]]) -> float:
    """Fill the queue, then consume it."""
    for event in events:
        channel.basic_publish("", "events", json.dumps(event).encode(), PERSISTENT)
    with Session(engine(database)) as session:
        began = time.perf_counter()
        for left, (_method, _properties, body) in enumerate(channel.consume("events", auto_ack=True), start=1):
            save(session, json.loads(body))
            if left == len(events):
                break
        channel.cancel()
        return len(events) / (time.perf_counter() - began)


def named(events: list[dict[str, Any]], sender: str) -> list[dict[str, Any]]:
    """Return the events as one conversation's of this round's own."""
    return [{**event, "sender_id": sender} for event in events]
