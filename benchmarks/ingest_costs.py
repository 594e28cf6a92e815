"""What a batch costs beside time: statements, bytes, dollars."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import boto3
import msgspec
from botocore.exceptions import ClientError

from benchmarks.ingest_emulator import await_done
from parlance.adapters import event_store, native
from parlance.domain.messages import read
from parlance.settings import settings
from tests.support.event_path import deployed

if TYPE_CHECKING:
    from tests.support.database import Database
    from tests.support.event_path import EventPath

EVENTS_PER_MESSAGE = 6.4
POLLER_BATCH = 10
"""Messages that Lambda's poller receives, and deletes, in one SQS request."""
USD = {"sns_publish": 0.50e-6, "sqs_request": 0.40e-6, "lambda_request": 0.20e-6, "lambda_gb_s": 0.0000166667}
"""List prices, us-east-1, x86_64; SNS to SQS delivery is free."""
MEMORY_GB = 1.0
CHUNK = 64 * 1024
QUIET = 20
LINE = re.compile(r'"event":"events","messages":([1-9]\d*)')
TABLES = (
    "('conversations', 'events', 'turns', 'conversation_sessions',"
    " 'message_logs', 'seen_names', 'name_counts', 'seen_slots', 'seen_texts')"
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


class Requests(msgspec.Struct, kw_only=True):
    """What some messages asked of AWS on their way."""

    messages: int
    published: int
    """Requests to SNS, a message of more than 64 KiB counting as several, as it is billed."""
    batches: list[int]
    """Messages of each invocation of the function."""

    @property
    def polled(self) -> int:
        """Requests to SQS: Lambda's poller receives and deletes ten messages at most in each."""
        return sum(2 * math.ceil(taken / POLLER_BATCH) for taken in self.batches)


def usd_per_million_messages(database: Database, bodies: list[str], events_per_s: float) -> dict[str, float]:
    """Price a million turns by the requests that these turns caused, counted between publisher and function.

    Each is published by a request of its own, as a bot's turns are. `alone` is the sum when each turn also has an
    invocation of its own, as those of a quiet bot have.
    """
    busy, quiet = counted(database, bodies), counted(database, bodies[:QUIET], one_by_one=True)
    parts = priced(busy, events_per_s)
    sums = {"sum": sum(parts.values()), "alone": sum(priced(quiet, events_per_s).values())}
    return {**{name: round(value, 4) for name, value in parts.items()}, **{k: round(v, 3) for k, v in sums.items()}}


def priced(requests: Requests, events_per_s: float) -> dict[str, float]:
    """Return the dollars of a million such messages, by what they are paid for."""
    million = 1e6 / requests.messages
    return {
        "sns": million * requests.published * USD["sns_publish"],
        "sqs": million * requests.polled * USD["sqs_request"],
        "lambda_requests": million * len(requests.batches) * USD["lambda_request"],
        "lambda_time": 1e6 * EVENTS_PER_MESSAGE / events_per_s * MEMORY_GB * USD["lambda_gb_s"],
    }


def counted(database: Database, bodies: list[str], *, one_by_one: bool = False) -> Requests:
    """Send messages through topic, queue and function, and count what that asks of each."""
    published = 0

    def count(request: Any, **_more: Any) -> None:
        nonlocal published
        published += math.ceil(len(request.body) / CHUNK)

    sns = boto3.client("sns")
    sns.meta.events.register("before-send.sns.Publish", count)
    with deployed(database) as path:
        for body in bodies:
            sns.publish(TopicArn=path.topic, Message=body)
            if one_by_one:
                await_done(lambda: path.waiting() == 0)
        await_done(lambda: sum(batches_of(path)) >= len(bodies))
        return Requests(messages=len(bodies), published=published, batches=batches_of(path))


def batches_of(path: EventPath) -> list[int]:
    """Return how many messages each invocation had, as the function's own log says."""
    group = f"/aws/lambda/{path.queue.rsplit('/', 1)[-1]}"
    try:
        events = boto3.client("logs").filter_log_events(logGroupName=group, filterPattern="events")["events"]
    except ClientError:
        return []  # nothing was logged yet
    found = (LINE.search(event["message"]) for event in events)
    return [int(line[1]) for line in found if line]
