"""The table of conversation locks, as operators read and change it; Rasa's lock store writes it."""

from __future__ import annotations

from typing import Any

from parlance.adapters.aws import client
from parlance.settings import settings

LARGEST_SCAN = 20
"""Pages of at most 1 MB: a look at the locks must not read a table of millions."""


def held_items(limit: int) -> tuple[list[dict[str, Any]], bool]:
    """Return items that somebody is queued in, and whether these are all; reads on until `limit` or 20 pages."""
    found: list[dict[str, Any]] = []
    start: dict[str, Any] = {}
    for _ in range(LARGEST_SCAN):
        page = client("dynamodb").scan(
            TableName=settings().lock_table,
            FilterExpression="n > :none",
            ExpressionAttributeValues={":none": {"N": "0"}},
            **start,
        )
        found += [_plain(item) for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            return found[:limit], len(found) <= limit
        if len(found) >= limit:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    return found[:limit], False


def item(sender_id: str) -> dict[str, Any]:
    """Return a conversation's item as of now; empty when there is none."""
    found = client("dynamodb").get_item(
        TableName=settings().lock_table, Key={"pk": {"S": sender_id}}, ConsistentRead=True
    )
    return _plain(found.get("Item", {}))


def remove(sender_id: str, name: str, ticket: int) -> bool:
    """Take a waiter out of the queue if it still has this ticket; False when it has not."""
    dynamodb = client("dynamodb")
    try:
        dynamodb.update_item(
            TableName=settings().lock_table,
            Key={"pk": {"S": sender_id}},
            UpdateExpression="REMOVE #ticket, #beat ADD n :less",
            ConditionExpression="#ticket = :ticket",
            ExpressionAttributeNames={"#ticket": f"t_{name}", "#beat": f"b_{name}"},
            ExpressionAttributeValues={":ticket": {"N": str(ticket)}, ":less": {"N": "-1"}},
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return False
    return True


def forget(sender_id: str) -> bool:
    """Remove a conversation's item unless somebody is queued in it: that one goes by itself, a week after its use."""
    dynamodb = client("dynamodb")
    try:
        gone = dynamodb.delete_item(
            TableName=settings().lock_table,
            Key={"pk": {"S": sender_id}},
            ConditionExpression="attribute_not_exists(n) OR n <= :none",
            ExpressionAttributeValues={":none": {"N": "0"}},
            ReturnValues="ALL_OLD",
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return False
    return "Attributes" in gone


def _plain(raw: dict[str, Any]) -> dict[str, Any]:
    return {name: value["S"] if "S" in value else int(value["N"]) for name, value in raw.items()}
