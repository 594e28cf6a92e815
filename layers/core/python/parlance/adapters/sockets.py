"""Pushing to WebSocket connections through API Gateway, and the call that sets it off."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from parlance.settings import settings


@cache
def gateway() -> Any:
    """Return API Gateway's client for the connections of this installation."""
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})
    return boto3.client("apigatewaymanagementapi", endpoint_url=settings().live_url, config=config)


@cache
def functions() -> Any:
    """Return Lambda's client; it gives up at once, for whoever calls has better things to do."""
    import boto3
    from botocore.config import Config

    return boto3.client("lambda", config=Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1}))


def push(connection: str, frame: bytes) -> bool:
    """Send a frame; False when nobody is there any more."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        gateway().post_to_connection(ConnectionId=connection, Data=frame)
    except ClientError as error:
        return bool(error.response["Error"]["Code"] not in {"GoneException", "410"})
    except BotoCoreError:  # a slow one misses a frame and reads what is stored
        return True
    return True


def hang_up(connection: str) -> None:
    """Close a connection; fine when it is closed."""
    from contextlib import suppress

    from botocore.exceptions import BotoCoreError, ClientError

    with suppress(BotoCoreError, ClientError):
        gateway().delete_connection(ConnectionId=connection)


def set_off(changes: dict[str, Any]) -> None:
    """Let the live function tell everybody, and do not wait for it."""
    functions().invoke(
        FunctionName=settings().live_function, InvocationType="Event", Payload=msgspec.json.encode({"changes": changes})
    )
