"""The installation's log groups in CloudWatch."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from parlance.adapters import aws
from parlance.domain.errors import Unavailable

MOST = 10_000
"""Lines of one group that are kept: the newest."""
PATIENCE = 12.0
"""Seconds for one group: a busy one is then shown without its older lines."""
FIRST, WIDER = 60.0, 4
"""Seconds that are read first; how many times longer each part before it is, for CloudWatch begins with the oldest."""
OLDER = "(older lines are left out here)\n"


def lines(groups: list[str], since: float) -> list[list[str]]:
    """Return what each group logged since then (unix seconds), its newest lines last; nothing of one that is not there.

    Raises Unavailable.
    """
    client = aws.client("logs")  # for all threads: only using one is safe in several, making one is not
    with ThreadPoolExecutor(len(groups)) as threads:
        return list(threads.map(lambda group: _lines(client, group, since), groups))


def _lines(client: Any, group: str, since: float) -> list[str]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return _newest(client, group, since)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return []
        raise Unavailable(f"The logs cannot be read: {error.response['Error']['Code']}.", retry_after=5) from error
    except BotoCoreError as error:
        raise Unavailable("The logs do not answer.", retry_after=5) from error


def _newest(client: Any, group: str, since: float) -> list[str]:
    """Go back from now in parts until everything is read, enough, or the time is over."""
    found: list[str] = []
    give_up, until, span = time.monotonic() + PATIENCE, time.time() + FIRST, 2 * FIRST
    while until > since and len(found) < MOST:
        begin = max(since, until - span)
        part, is_whole = _part(client, group, (begin, until), give_up)
        if not is_whole:
            return [OLDER, *(found or part)]  # a part that ends too early would leave a hole before what was found
        found = [*part, *found]
        until, span = begin, span * WIDER
    return found if len(found) < MOST else [OLDER, *found[-MOST:]]


def _part(client: Any, group: str, bounds: tuple[float, float], give_up: float) -> tuple[list[str], bool]:
    """Return the newest lines of a part, and whether there was time for all of it."""
    first, end = (int(moment * 1000) for moment in bounds)
    asked: dict[str, Any] = {
        "logGroupName": group,
        "startTime": first,
        "endTime": end - 1,
    }  # CloudWatch counts the end in
    found: deque[str] = deque(maxlen=MOST)
    while time.monotonic() < give_up:
        page = client.filter_log_events(**asked)
        found.extend(map(_line, page["events"]))
        if not page.get("nextToken"):
            return list(found), True
        asked["nextToken"] = page["nextToken"]
    return list(found), False


def _line(event: dict[str, Any]) -> str:
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(event["timestamp"] / 1000))
    return f"{at} {str(event['message']).rstrip()}\n"
