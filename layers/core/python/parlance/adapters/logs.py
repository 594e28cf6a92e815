"""The installation's log groups in CloudWatch."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from parlance.adapters import aws
from parlance.domain.errors import Unavailable

MOST = 10_000
"""Lines of one group that are kept: the newest."""
PATIENCE = 12.0
"""Seconds for one group: a busy one is then shown up to where the reading came."""


def lines(group: str, since: float) -> list[str]:
    """Return what was logged since then (unix seconds), the newest lines last; nothing of a group that is not there.

    Raises Unavailable.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return list(_read(group, since))
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return []
        raise Unavailable(f"The logs cannot be read: {error.response['Error']['Code']}.", retry_after=5) from error
    except BotoCoreError as error:
        raise Unavailable("The logs do not answer.", retry_after=5) from error


def _read(group: str, since: float) -> deque[str]:
    found: deque[str] = deque(maxlen=MOST)
    until = time.monotonic() + PATIENCE
    asked: dict[str, Any] = {"logGroupName": group, "startTime": int(since * 1000)}
    while time.monotonic() < until:
        page = aws.client("logs").filter_log_events(**asked)
        found.extend(map(_line, page["events"]))
        if not page.get("nextToken"):
            break
        asked["nextToken"] = page["nextToken"]
    return found


def _line(event: dict[str, Any]) -> str:
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(event["timestamp"] / 1000))
    return f"{at} {str(event['message']).rstrip()}\n"
