"""What both bridges share: settings, a stop signal, the log, the exit code."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from parlance_bridge.queue import Queue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

IDLE = 0.05
"""Seconds that a batch waits for more messages."""
BATCH = 500
"""Messages that are on their way to SQS at most."""


def required(env: Mapping[str, str], *names: str) -> None:
    """Raise SystemExit that lists all names that are missing."""
    missing = [name for name in names if not env.get(name)]
    if missing:
        raise SystemExit("missing environment variables: " + ", ".join(missing))


def settings(env: Mapping[str, str]) -> dict[str, str]:
    """Return the variables, those of the JSON object in BRIDGE_SETTINGS too (a secret); a variable of its own wins.

    An empty value counts as not given. Raises SystemExit when the secret is no such object.
    """
    try:
        secret = json.loads(env.get("BRIDGE_SETTINGS") or "{}")
        given = {str(name): str(value) for name, value in secret.items()}
    except (ValueError, AttributeError):
        raise SystemExit("BRIDGE_SETTINGS is not a JSON object") from None
    return {name: value for name, value in {**given, **env}.items() if value}


def run(bridge: Callable[[Mapping[str, str], Queue, threading.Event], int]) -> None:
    """Run a bridge until SIGTERM or SIGINT; ends with 1 when it failed, so that it is started anew."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    env = settings(os.environ)
    required(env, "EVENTS_QUEUE")
    queue = Queue(env["EVENTS_QUEUE"], client())
    try:
        log("stopped", delivered=bridge(env, queue, stop))
    except Exception as error:
        log("failed", error=type(error).__name__, message=str(error)[:200])
        raise SystemExit(1) from error


def client() -> Any:
    """Return the SQS client; SQS's own retries are short, for the queue retries by itself."""
    import boto3
    from botocore.config import Config

    return boto3.client("sqs", config=Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 1}))


def log(event: str, **fields: object) -> None:
    """Write one JSON line on stderr; never what a user wrote."""
    sys.stderr.write(json.dumps({"event": f"bridge_{event}", **fields}) + "\n")
    sys.stderr.flush()
