"""The way into the event service for what was missed, and the queue of what it gave up on."""

from __future__ import annotations

import base64
import gzip
import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import objects
from parlance.adapters.aws import client
from parlance.domain.dead_letters import Letter
from parlance.domain.events import origin
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 240 * 1024
"""Bytes of one message: SNS takes 256 KiB in a call, attributes included."""
MOST = 10
"""Messages that SNS and SQS take in one call."""


class Message(msgspec.Struct, frozen=True):
    """A message to be sent; `key` tells the caller which one it was."""

    key: Any
    body: str
    environment: str | None = None


def publish(messages: list[Message]) -> list[Any]:
    """Send messages to the topic and return the keys of those that SNS has; what it refuses may be sent again."""
    sent: list[Any] = []
    for group in calls([(message, packed(message.body)) for message in messages]):
        entries = [entry(number, message, body) for number, (message, body) in enumerate(group)]
        answer = client("sns").publish_batch(TopicArn=settings().events_topic, PublishBatchRequestEntries=entries)
        sent += [group[int(done["Id"])][0].key for done in answer.get("Successful", [])]
    return sent


def calls(messages: list[tuple[Message, str]]) -> Iterator[list[tuple[Message, str]]]:
    """Cut messages into what one call takes."""
    group: list[tuple[Message, str]] = []
    size = 0
    for message, body in messages:
        if group and (len(group) == MOST or size + len(body.encode()) > LARGEST):
            yield group
            group, size = [], 0
        group.append((message, body))
        size += len(body.encode())
    if group:
        yield group


def entry(number: int, message: Message, body: str) -> dict[str, Any]:
    """Return one message as SNS wants it."""
    attributes = {"app_id": {"DataType": "String", "StringValue": message.environment}} if message.environment else {}
    return {"Id": str(number), "Message": body, "MessageAttributes": attributes}


def packed(body: str) -> str:
    """Return a body that fits: as it is, compressed, or left in S3 with a claim."""
    plain = body.encode()
    if len(plain) <= LARGEST:
        return body
    small = gzip.compress(plain, mtime=0)
    if len(small) * 4 // 3 + 100 <= LARGEST:
        return envelope({"encoding": "gzip", "body": base64.b64encode(small).decode()})
    sender = str(msgspec.json.decode(plain).get("sender_id", ""))
    key = f"{claims_of(sender)}{hashlib.sha256(small).hexdigest()}.json.gz"
    objects.put(settings().data_bucket, key, small)
    return envelope({"claim": {"bucket": settings().data_bucket, "key": key}})


def claims_of(sender_id: str) -> str:
    """Return the folder of a conversation's claimed messages; Rasa's part writes to the same (parlance_rasa.topic)."""
    return f"claims/{hashlib.sha256(sender_id.encode(errors='surrogatepass')).hexdigest()[:32]}/"


def envelope(content: dict[str, Any]) -> str:
    """Return the message around a packed one."""
    return msgspec.json.encode({"v": 1, "kind": "turn", **content}).decode()


def given_up() -> list[tuple[Letter, str]]:
    """Return some messages of the dead-letter queue, each with the receipt that `forget` takes."""
    answer = client("sqs").receive_message(
        QueueUrl=settings().dead_letter_queue, MaxNumberOfMessages=MOST, MessageAttributeNames=["app_id"]
    )
    return [(letter(message), message["ReceiptHandle"]) for message in answer.get("Messages", [])]


def letter(message: dict[str, Any]) -> Letter:
    """Read one message of the dead-letter queue."""
    told = message.get("MessageAttributes", {}).get("app_id", {}).get("StringValue")
    return Letter(message_id=message["MessageId"], body=message["Body"], environment=origin(told) or "production")


def forget(receipts: list[str]) -> None:
    """Remove messages from the dead-letter queue."""
    entries = [{"Id": str(number), "ReceiptHandle": receipt} for number, receipt in enumerate(receipts)]
    client("sqs").delete_message_batch(QueueUrl=settings().dead_letter_queue, Entries=entries)
