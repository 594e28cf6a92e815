"""Steps of a log-in that is under way, in DynamoDB: each can be taken once, and goes by itself when it is not."""

from __future__ import annotations

import hashlib
import time

from parlance.adapters.aws import client
from parlance.settings import settings


def keep(kind: str, secret: str, facts: dict[str, str], *, seconds: int) -> None:
    """Keep what belongs to a random secret, of which only the hash is stored."""
    end = int(time.time()) + seconds
    names = {f"#{name}": name for name in facts} | {"#end": "expires_at"}
    values = {f":{name}": {"S": value} for name, value in facts.items()} | {":end": {"N": str(end)}}
    pairs = ", ".join(f"{slot} = :{slot[1:]}" for slot in names)
    client("dynamodb").update_item(
        TableName=settings().lock_table,
        Key=_key(kind, secret),
        UpdateExpression=f"SET {pairs}",
        ExpressionAttributeNames=names,
        ExpressionAttributeValues=values,
    )


def take(kind: str, secret: str) -> dict[str, str] | None:
    """Return what was kept and forget it, so that only one of several callers gets it; None when it is too late."""
    answer = client("dynamodb").delete_item(
        TableName=settings().lock_table, Key=_key(kind, secret), ReturnValues="ALL_OLD"
    )
    found = answer.get("Attributes")
    if not found or int(found["expires_at"]["N"]) < time.time():
        return None
    return {name: value["S"] for name, value in found.items() if "S" in value and name != "pk"}


def _key(kind: str, secret: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"sso#{kind}#{hashlib.sha256(secret.encode()).hexdigest()}"}}
