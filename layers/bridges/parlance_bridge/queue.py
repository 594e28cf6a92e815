"""SQS: messages are accepted, all of them, or the bridge ends."""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
import time
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 10
"""Messages in one call."""
LARGEST = 240 * 1024
"""Bytes in one call: every queue takes them, whatever its limit."""
PATIENCE = 60.0
"""Seconds of trying before the bridge gives up and is started anew."""
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What SQS does not take: characters that XML does not know."""


class Message(NamedTuple):
    """What a broker delivered: Rasa's event, and the environment it came from."""

    body: bytes
    environment: str | None


class Undelivered(Exception):  # noqa: N818 - it says what happened, as the rest of the tree does
    """SQS did not take messages for `PATIENCE` seconds; nothing was acknowledged to the broker."""


class Queue:
    """Parlance's queue."""

    def __init__(self, url: str, client: Any, patience: float = PATIENCE) -> None:
        """Use a boto3 client for the queue at `url`."""
        self._url = url
        self._client = client
        self._patience = patience

    def deliver(self, messages: list[Message]) -> None:
        """Return when SQS has all messages; raises Undelivered, and then some may be in the queue nevertheless."""
        for entries in calls(messages):
            self._send(entries)

    def _send(self, entries: list[dict[str, Any]]) -> None:
        until, pause = time.monotonic() + self._patience, 0.1
        while entries := self._refused(entries):
            if time.monotonic() > until:
                raise Undelivered(f"SQS takes nothing for {self._patience:.0f} seconds")
            time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - jitter, not a secret
            pause = min(pause * 2, 5)

    def _refused(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        except (BotoCoreError, ClientError):
            return entries
        taken = {done["Id"] for done in answer.get("Successful", [])}
        return [entry for entry in entries if entry["Id"] not in taken]


def calls(messages: list[Message]) -> Iterator[list[dict[str, Any]]]:
    """Cut messages into what one call takes."""
    entries: list[dict[str, Any]] = []
    size = 0
    for message in messages:
        text = sendable(message.body)
        if entries and (len(entries) == MOST or size + len(text.encode()) > LARGEST):
            yield entries
            entries, size = [], 0
        entries.append(entry(len(entries), text, message.environment))
        size += len(text.encode())
    if entries:
        yield entries


def entry(number: int, text: str, environment: str | None) -> dict[str, Any]:
    """Return one message as SQS wants it."""
    made: dict[str, Any] = {"Id": str(number), "MessageBody": text}
    if environment and not FORBIDDEN.search(environment):
        made["MessageAttributes"] = {"app_id": {"DataType": "String", "StringValue": environment}}
    return made


def sendable(body: bytes) -> str:
    """Return the body as text that SQS takes: as it is, or compressed when it is large or holds what SQS refuses."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return compressed(body)
    return compressed(body) if len(body) > LARGEST or FORBIDDEN.search(text) or not text else text


def compressed(body: bytes) -> str:
    """Return the message that carries a compressed one."""
    packed = base64.b64encode(gzip.compress(body, mtime=0)).decode()
    return json.dumps({"v": 1, "kind": "event", "encoding": "gzip", "body": packed})
