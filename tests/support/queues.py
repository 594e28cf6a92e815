"""A topic with its queue and dead-letter queue on the emulator, in the place of the workbench's own."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest

from parlance import settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Queues:
    """Their addresses."""

    topic: str
    queue: str
    dead: str

    def received(self, queue: str | None = None) -> list[dict[str, Any]]:
        """Take all messages from a queue, as records of an SQS event."""
        sqs, records = boto3.client("sqs"), []
        while messages := sqs.receive_message(
            QueueUrl=queue or self.queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            records += [record(message) for message in messages]
            for message in messages:
                sqs.delete_message(QueueUrl=queue or self.queue, ReceiptHandle=message["ReceiptHandle"])
        return records


def record(message: dict[str, Any]) -> dict[str, Any]:
    """Return a received message as Lambda gets it."""
    attributes = {
        name: {"stringValue": value["StringValue"], "dataType": "String"}
        for name, value in message.get("MessageAttributes", {}).items()
    }
    return {"messageId": message["MessageId"], "body": message["Body"], "messageAttributes": attributes}


@contextmanager
def created() -> Iterator[Queues]:
    """Make topic and queues with names of their own; the code under test uses them."""
    name = f"events-{uuid4().hex}"
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    queues = Queues(
        topic=sns.create_topic(Name=name)["TopicArn"],
        queue=sqs.create_queue(QueueName=name)["QueueUrl"],
        dead=sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"],
    )
    arn = sqs.get_queue_attributes(QueueUrl=queues.queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    raw = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=queues.topic, Protocol="sqs", Endpoint=arn, Attributes=raw)
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in (("EVENTS_TOPIC", queues.topic), ("EVENTS_QUEUE", queues.queue)):
            patch.setenv(variable, value)
        patch.setenv("DEAD_LETTER_QUEUE", queues.dead)
        settings.settings.cache_clear()
        yield queues
        settings.settings.cache_clear()
        sns.delete_topic(TopicArn=queues.topic)
        for queue in (queues.queue, queues.dead):
            sqs.delete_queue(QueueUrl=queue)


def body(record: dict[str, Any]) -> Any:
    """Return a record's JSON."""
    return json.loads(record["body"])
