"""Who listens: one item a WebSocket connection that has said whose it is, in DynamoDB. Items go by TTL."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from parlance.adapters.aws import client
from parlance.settings import settings

PARTITION = "live"
"""All in one: there are as many as screens are open."""


class Listener(msgspec.Struct, frozen=True, kw_only=True):
    """An open screen; times are unix seconds."""

    connection: str
    username: str
    is_guest: bool
    since: float
    link: str | None = None
    """The share link that let a guest in; None for those whose token names none."""


def admit(listener: Listener, expires_at: float) -> None:
    """Note a connection until its token expires."""
    client("dynamodb").put_item(
        TableName=settings().live_table,
        Item={
            "pk": {"S": PARTITION},
            "connection": {"S": listener.connection},
            "username": {"S": listener.username},
            "is_guest": {"BOOL": listener.is_guest},
            "since": {"N": repr(listener.since)},
            **({"link": {"S": listener.link}} if listener.link else {}),
            "expires_at": {"N": str(int(expires_at))},
        },
    )


def forget(connection: str) -> None:
    """Forget a connection; fine when it is not there."""
    key = {"pk": {"S": PARTITION}, "connection": {"S": connection}}
    client("dynamodb").delete_item(TableName=settings().live_table, Key=key)


def anybody() -> bool:
    """Tell whether somebody listens, or did until a moment ago: it is read as it may lag behind."""
    found = client("dynamodb").query(**_all(), Limit=1, Select="COUNT")
    return bool(found["Count"])


def listeners() -> list[Listener]:
    """Return all who listen now."""
    found: list[Listener] = []
    start: dict[str, Any] = {}
    while True:
        page = client("dynamodb").query(**_all(), **start)
        found += [_listener(item) for item in page["Items"] if float(item["expires_at"]["N"]) > time.time()]
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def _all() -> dict[str, Any]:
    return {
        "TableName": settings().live_table,
        "KeyConditionExpression": "pk = :live",
        "ExpressionAttributeValues": {":live": {"S": PARTITION}},
    }


def _listener(item: dict[str, Any]) -> Listener:
    return Listener(
        connection=item["connection"]["S"],
        username=item["username"]["S"],
        is_guest=item["is_guest"]["BOOL"],
        since=float(item["since"]["N"]),
        link=item["link"]["S"] if "link" in item else None,
    )
