"""SNS publish to committed row, through the emulator: topic, queue, Lambda with the real function, PostgreSQL."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import zipfile
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import PIPE
from typing import TYPE_CHECKING
from uuid import uuid4

import boto3

from tests.support import emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.database import Database

ROOT = Path(__file__).parents[1]
LAYER = ROOT / "layers" / "core" / "python"
IDLE = (
    "import sys\nCOUNT = 0\ndef handler(event, _context):\n"
    "    sys.stderr.write('{}\\n')\n    return {'batchItemFailures': []}\n"
)
PUBLISHERS = 2


def package(*, consumer: bool) -> bytes:
    """Return the function's zip: the event service, or one that does nothing."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        if not consumer:
            archive.writestr("functions/events/app.py", IDLE)
            return closed(archive, buffer)
        for file in [*LAYER.rglob("*.py"), *(ROOT / "functions" / "events").glob("*.py")]:
            base = LAYER if file.is_relative_to(LAYER) else ROOT
            archive.write(file, file.relative_to(base))
    return buffer.getvalue()


def closed(archive: zipfile.ZipFile, buffer: io.BytesIO) -> bytes:
    """Finish a zip."""
    archive.close()
    return buffer.getvalue()


@contextmanager
def path(database: Database, batch: int, *, consumer: bool) -> Iterator[tuple[str, str]]:
    """Build topic, queue and function; give the topic's ARN and the queue's URL."""
    name = f"bench-{uuid4().hex[:8]}"
    sns, sqs, functions = boto3.client("sns"), boto3.client("sqs"), boto3.client("lambda")
    secret = json.dumps(database.server.secret(database.name))
    boto3.client("secretsmanager").create_secret(Name=name, SecretString=secret)
    topic = sns.create_topic(Name=name)["TopicArn"]
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role="arn:aws:iam::000000000000:role/bench",
        Handler="functions.events.app.handler",
        Code={"ZipFile": package(consumer=consumer)},
        Timeout=60,
        Environment={"Variables": {"DATABASE_SECRET": name, **emulator.CREDENTIALS}},
    )
    mapping = functions.create_event_source_mapping(
        EventSourceArn=arn, FunctionName=name, BatchSize=batch, MaximumBatchingWindowInSeconds=1,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )  # fmt: skip
    yield topic, queue
    functions.delete_event_source_mapping(UUID=mapping["UUID"])
    functions.delete_function(FunctionName=name)


def publishers(topic: str, bodies: list[str]) -> list[subprocess.Popen[str]]:
    """Start processes that have their share of the messages and wait for a word to send them."""
    command = [sys.executable, str(Path(__file__).with_name("ingest_publisher.py")), topic]
    ready = [subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) for _ in range(PUBLISHERS)]
    for number, process in enumerate(ready):
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(bodies[number::PUBLISHERS]) + "\n")
        process.stdin.flush()
        process.stdout.readline()
    return ready


def events_per_s(database: Database, bodies: list[str], batch: int, *, consumer: bool) -> float:
    """Publish and wait until the last event is stored (or, with the idle function, until the queue is empty)."""
    count = sum(body.count('"timestamp"') for body in bodies)
    with path(database, batch, consumer=consumer) as (topic, queue):
        stored = stored_events(database)
        done = (lambda: stored_events(database) >= stored + count) if consumer else (lambda: is_empty(queue))
        ready = publishers(topic, bodies)
        began = time.perf_counter()
        for process in ready:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in ready:
            process.wait()
        await_done(done)
        return count / (time.perf_counter() - began)


def await_done(done: Callable[[], bool]) -> None:
    """Return when it is done; raises after two minutes."""
    until = time.monotonic() + 120
    while not done():
        if time.monotonic() > until:
            raise TimeoutError("the emulator did not finish")
        time.sleep(0.05)


def stored_events(database: Database) -> int:
    """Count what is committed."""
    with closing(database.connect()) as connection:
        return int(connection.run("SELECT coalesce(sum(n_events), 0)::bigint FROM conversations")[0][0])


def is_empty(queue: str) -> bool:
    """Tell whether nothing waits and nothing is being worked on."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return all(found[name] == "0" for name in names)
