"""What a batch costs beside time: statements, bytes, dollars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.adapters import event_store, native
from parlance.domain.messages import read
from parlance.settings import settings

if TYPE_CHECKING:
    from tests.support.database import Database

EVENTS_PER_MESSAGE = 6.4
POLLER_BATCH = 10
"""Messages that Lambda's poller receives, and deletes, in one SQS request."""
USD = {"sns_publish": 0.50e-6, "sqs_request": 0.40e-6, "lambda_request": 0.20e-6, "lambda_gb_s": 0.0000133334}
"""List prices, us-east-1, arm64; SNS to SQS delivery is free, a message under 64 KB is one request."""
MEMORY_GB = 1.0
TABLES = (
    "('conversations', 'events', 'turns', 'conversation_sessions',"
    " 'message_logs', 'seen_names', 'seen_slots', 'seen_texts')"
)


def statements_per_batch(bodies: list[str]) -> int:
    """Count the statements that storing a batch takes, BEGIN and COMMIT not among them."""
    count = 0

    def work(run: native.Run) -> None:
        def counting(sql: str, **values: Any) -> list[list[Any]]:
            nonlocal count
            count += 1
            return run(sql, **values)

        event_store.write(counting, [read(body, "production") for body in bodies])

    native.transact(settings().database_secret, work)
    return count


def bytes_per_event(database: Database) -> int:
    """Return what all tables and indexes of the event path take for an event."""
    total = database.rows(
        f"SELECT sum(pg_total_relation_size(oid))::bigint AS bytes, (SELECT count(*) FROM events) AS events"
        f" FROM pg_class WHERE relkind = 'r' AND relname IN {TABLES}"
    )[0]
    return round(total["bytes"] / total["events"])


def usd_per_million_messages(events_per_s: float, batch: int) -> dict[str, float]:
    """Price a million turns by the requests they cause: publish, receive and delete, invoke, compute."""
    parts = {
        "sns": 1e6 * USD["sns_publish"],
        "sqs": 1e6 * 2 / POLLER_BATCH * USD["sqs_request"],
        "lambda_requests": 1e6 / batch * USD["lambda_request"],
        "lambda_time": 1e6 * EVENTS_PER_MESSAGE / events_per_s * MEMORY_GB * USD["lambda_gb_s"],
    }
    return {**{name: round(value, 4) for name, value in parts.items()}, "sum": round(sum(parts.values()), 3)}
