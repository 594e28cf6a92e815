"""Counts of tries in DynamoDB: one conditional update each, so that parallel tries cannot slip past the limit."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from parlance.adapters.aws import client
from parlance.domain.errors import TooMany
from parlance.settings import settings

WINDOW = 900
"""Seconds that tries are counted for; the items go by the table's TTL on `expires_at`."""


def count(kind: str, who: str, *, limit: int) -> None:
    """Count one try; raises TooMany, without counting, when `limit` was reached in this window."""
    end = _window_end()
    dynamodb = client("dynamodb")
    try:
        dynamodb.update_item(
            **_item(kind, who),
            UpdateExpression="ADD tries :one SET expires_at = :end",
            ConditionExpression="attribute_not_exists(tries) OR tries < :limit",
            ExpressionAttributeValues={":one": _n(1), ":end": _n(end), ":limit": _n(limit)},
        )
    except dynamodb.exceptions.ConditionalCheckFailedException as error:
        wait = max(1, end - int(time.time()))
        raise TooMany("Too many tries: wait some minutes.", retry_after=wait) from error


def give_back(kind: str, who: str) -> None:
    """Take one try back: it succeeded."""
    client("dynamodb").update_item(
        **_item(kind, who), UpdateExpression="ADD tries :back", ExpressionAttributeValues={":back": _n(-1)}
    )


def forget(kind: str, who: str) -> None:
    """Start this one's count again."""
    client("dynamodb").delete_item(**_item(kind, who))


def _window_end() -> int:
    return (int(time.time()) // WINDOW + 1) * WINDOW


def _item(kind: str, who: str) -> dict[str, Any]:
    digest = hashlib.sha256(who.encode()).hexdigest()[:32]
    return {"TableName": settings().lock_table, "Key": {"pk": {"S": f"login#{kind}#{digest}#{_window_end()}"}}}


def _n(number: int) -> dict[str, str]:
    return {"N": str(number)}
