"""SNS publish to committed row, through the emulator: topic, queue, Lambda with the real function, PostgreSQL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from subprocess import PIPE
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.support.event_path import deployed, queue_behind_topic

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.database import Database

PUBLISHERS = 2


def events_per_s(database: Database, bodies: list[str], batch: int, *, idle: bool) -> float:
    """Publish and wait until the last event is committed (with the idle function: until the queue is empty)."""
    with deployed(database, batch=batch, idle=idle) as path:
        wanted = stored_events(database) + count(bodies)
        return rate(path.topic, bodies, lambda: path.waiting() == 0 if idle else stored_events(database) >= wanted)


def published_events_per_s(bodies: list[str]) -> float:
    """Publish into a queue that nobody reads: what the emulator takes when it does nothing else."""
    topic, _queue = queue_behind_topic(f"unread-{uuid4().hex[:8]}")
    return rate(topic, bodies, lambda: True)


def rate(topic: str, bodies: list[str], done: Callable[[], bool]) -> float:
    """Return the events a second from the first message's publishing until all are published and it is done."""
    ready = publishers(topic, bodies)
    began = time.perf_counter()
    for process in ready:
        tell(process, "go")
    for process in ready:
        process.wait()
    await_done(done)
    return count(bodies) / (time.perf_counter() - began)


def count(bodies: list[str]) -> int:
    """Count the events in messages."""
    return sum(body.count('"timestamp"') for body in bodies)


def publishers(topic: str, bodies: list[str]) -> list[subprocess.Popen[str]]:
    """Start processes that have their share of the messages and wait for a word to send them."""
    script = Path(__file__).with_name("ingest_publisher.py")
    command = [sys.executable, str(script), topic, os.environ["AWS_ENDPOINT_URL"]]
    started = [subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) for _ in range(PUBLISHERS)]
    for number, process in enumerate(started):
        tell(process, json.dumps(bodies[number::PUBLISHERS]))
    for process in started:
        assert process.stdout
        process.stdout.readline()
    return started


def tell(process: subprocess.Popen[str], line: str) -> None:
    """Write a line to a process."""
    assert process.stdin
    process.stdin.write(line + "\n")
    process.stdin.flush()


def await_done(done: Callable[[], bool]) -> None:
    """Return when it is done; raises after three minutes."""
    until = time.monotonic() + 180
    while not done():
        if time.monotonic() > until:
            raise TimeoutError("the emulator did not finish")
        time.sleep(0.05)


def stored_events(database: Database) -> int:
    """Count what is committed."""
    with closing(database.connect()) as connection:
        return int(connection.run("SELECT coalesce(sum(n_events), 0)::bigint FROM conversations")[0][0])
