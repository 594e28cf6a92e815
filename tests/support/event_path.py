"""Topic, queue and the real function on the emulator: from SNS to PostgreSQL, without the rest of the system."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import boto3

from tests.support import emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import Database

ROOT = Path(__file__).parents[2]
LAYER = ROOT / "layers" / "core" / "python"
IDLE = """
import sys
def handler(event, _context):
    sys.stderr.write('{}\\n')
    return {'batchItemFailures': []}
"""


@dataclass(frozen=True)
class EventPath:
    """Where messages go in, and where they wait."""

    topic: str
    queue: str

    def waiting(self) -> int:
        """Count messages that wait or are being worked on."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = boto3.client("sqs").get_queue_attributes(QueueUrl=self.queue, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)


@contextmanager
def deployed(database: Database, *, batch: int = 100, idle: bool = False) -> Iterator[EventPath]:
    """Build the path; with `idle` the function does nothing, so that the emulator alone is seen."""
    name = f"path-{uuid4().hex[:8]}"
    secret = json.dumps(database.server.secret(database.name))
    boto3.client("secretsmanager").create_secret(Name=name, SecretString=secret)
    made = EventPath(*queue_behind_topic(name))
    mapping = function_behind_queue(name, batch, idle_package() if idle else package())
    yield made
    boto3.client("lambda").delete_event_source_mapping(UUID=mapping)
    boto3.client("lambda").delete_function(FunctionName=name)


def queue_behind_topic(name: str) -> tuple[str, str]:
    """Make both; messages that failed come again after two seconds."""
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    topic = sns.create_topic(Name=name)["TopicArn"]
    queue = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "2"})["QueueUrl"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn(name), Attributes={"RawMessageDelivery": "true"})
    return topic, queue


def function_behind_queue(name: str, batch: int, code: bytes) -> str:
    """Make the function and its mapping; returns the mapping's id."""
    client = boto3.client("lambda")
    client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role="arn:aws:iam::000000000000:role/test",
        Handler="functions.events.app.handler",
        Code={"ZipFile": code},
        Timeout=60,
        Environment={"Variables": {"DATABASE_SECRET": name, **emulator.CREDENTIALS}},
    )
    options = {"BatchSize": batch, "FunctionResponseTypes": ["ReportBatchItemFailures"]}
    options["ScalingConfig"] = {"MaximumConcurrency": 2}
    return str(client.create_event_source_mapping(EventSourceArn=arn(name), FunctionName=name, **options)["UUID"])


def arn(name: str) -> str:
    """Return a queue's ARN."""
    return f"arn:aws:sqs:us-east-1:000000000000:{name}"


def package() -> bytes:
    """Return the function's zip, the core layer in it."""
    files = {file: file.relative_to(LAYER) for file in LAYER.rglob("*.py")}
    files |= {file: file.relative_to(ROOT) for file in (ROOT / "functions" / "events").glob("*.py")}
    return zipped({str(name): file.read_text() for file, name in files.items()})


def idle_package() -> bytes:
    """Return a function that takes every message and does nothing."""
    return zipped({"functions/events/app.py": IDLE})


def zipped(files: dict[str, str]) -> bytes:
    """Return a zip of these texts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()
