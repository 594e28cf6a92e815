"""The two systems that are put through the same outages: Parlance's parts, and Rasa's own with RabbitMQ."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple, Protocol

import boto3
import pytest

from parlance.adapters import aws
from parlance.services.sweep import send_outbox
from parlance.settings import settings
from tests.support import database as databases
from tests.support import emulator, event_path, postgres, rabbitmq
from tests.support.database import created, in_use
from tests.support.postgres import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.database import Database
    from tests.support.event_path import EventPath
    from tests.support.postgres import Postgres

LOGIN = "dialect: postgresql, url: 127.0.0.1, port: {port}, username: postgres, password: {password}, db: {db}"
OURS = """
tracker_store: {{type: parlance_rasa.tracker_store.TurnTrackerStore, {login}}}
event_broker: {{type: parlance_rasa.broker.TurnEventBroker, topic: "{topic}", spool: {spool}}}
"""
STOCK = """
tracker_store: {{type: SQL, {login}}}
event_broker: {{type: pika, url: 127.0.0.1, port: {broker}, username: guest, password: guest, queues: [workbench]}}
"""
SETTLE_S, QUIET_S = 120, 10


class System(Protocol):
    """What an outage is done to."""

    endpoints: str

    def cut(self, part: str) -> None:
        """Stop `broker` or `database`."""

    def mend(self, part: str) -> None:
        """Start it again."""

    def kept(self) -> set[str]:
        """Return the users' texts in the tracker store."""

    def arrived(self) -> set[str]:
        """Wait until nothing is on its way any more; return the users' texts that reached the workbench."""


class Databases(NamedTuple):
    """One server, as at home, and its two databases."""

    server: Postgres
    tracker: Database
    workbench: Database

    def login(self) -> str:
        """Return the tracker store's settings."""
        return LOGIN.format(port=self.server.port, password=self.server.password, db=self.tracker.name)


@contextmanager
def two_databases(folder: Path) -> Iterator[Databases]:
    """Start a server with a tracker database and a migrated one for the workbench."""
    server = postgres.create(folder)
    try:
        databases.migrate(server)
        with created(server, "template1") as tracker, created(server) as workbench:
            yield Databases(server, tracker, workbench)
    finally:
        server.stop()


class Parlance:
    """Turn tracker store and turn broker; SNS, SQS and the consumer function on the emulator; PostgreSQL."""

    def __init__(self, folder: Path, places: Databases, running: dict[str, object], path: EventPath) -> None:
        self._folder, self._places, self._running, self._path = folder, places, running, path
        self.endpoints = OURS.format(login=places.login(), topic=path.topic, spool=folder / "spool")

    def cut(self, part: str) -> None:
        """Stop it: the database as in a crash, the emulator as its runner does."""
        if part == "database":
            self._places.server.stop()
        else:
            end(self._running["pid"])  # type: ignore[arg-type]

    def mend(self, part: str) -> None:
        """Start it again where it was."""
        if part == "database":
            self._places.server.start()
        else:
            port = int(str(self._running["url"]).rpartition(":")[2])
            self._running.update(emulator.start(self._folder, port))

    def arrived(self) -> set[str]:
        """Let the scheduled sweeper work; read the workbench's database when it has been still for five seconds."""
        self._sweep()
        until, before, still = time.monotonic() + SETTLE_S, -1, 0
        while still < 5 and time.monotonic() < until:
            count = len(users(self._places.workbench, STORED))
            still = still + 1 if count == before and not self._path.waiting() else 0
            before = count
            time.sleep(1)
        return users(self._places.workbench, STORED)

    def _sweep(self) -> None:
        """Send what a killed bot left in its outbox, as soon as it is old enough."""
        while self._places.tracker.rows("SELECT FROM parlance_outbox LIMIT 1"):
            send_outbox()
            time.sleep(1)

    def kept(self) -> set[str]:
        """Return the users' texts in the tracker store."""
        return users(self._places.tracker, KEPT_BY_RASA)


@contextmanager
def parlance(folder: Path) -> Iterator[System]:
    """Start Parlance's side; the emulator keeps its state on disk, as at home."""
    os.environ |= {"PERSIST_STATE": "1", "S3_PERSIST": "1"}
    running = emulator.start(folder)
    os.environ |= emulator.environment(running["url"])
    aws.client.cache_clear()  # of a run before, with an emulator of its own
    try:
        with two_databases(folder) as places, event_path.deployed(places.workbench) as path:
            boto3.client("sqs").set_queue_attributes(QueueUrl=path.queue, Attributes={"VisibilityTimeout": "10"})
            tracker, workbench = in_use(places.tracker, "TRACKER_DATABASE_SECRET"), in_use(places.workbench)
            with workbench, tracker, pytest.MonkeyPatch.context() as patch:
                patch.setenv("EVENTS_TOPIC", path.topic)
                settings.cache_clear()
                yield Parlance(folder, places, running, path)
    finally:
        emulator.stop(running)


class Stock:
    """Rasa's SQL tracker store and pika broker; RabbitMQ, whose queue is read at the end; PostgreSQL."""

    def __init__(self, places: Databases, rabbit: rabbitmq.RabbitMQ) -> None:
        self._places, self._rabbit = places, rabbit
        self._process = rabbitmq.start(rabbit)
        self.endpoints = STOCK.format(login=places.login(), broker=rabbit.port)

    def cut(self, part: str) -> None:
        """Stop it."""
        self._places.server.stop() if part == "database" else self.close()

    def mend(self, part: str) -> None:
        """Start it again where it was."""
        if part == "database":
            self._places.server.start()
        else:
            self._process = rabbitmq.start(self._rabbit)

    def close(self) -> None:
        """Stop the node."""
        rabbitmq.stop(self._rabbit, self._process)

    def kept(self) -> set[str]:
        """Return the users' texts in the tracker store."""
        return users(self._places.tracker, KEPT_BY_RASA)

    def arrived(self) -> set[str]:
        """Read the queue that the workbench's event service would consume, until it has been empty for ten seconds."""
        found, until = set(), time.monotonic() + QUIET_S
        with self._rabbit.connect() as connection:
            channel = connection.channel()
            while time.monotonic() < until:
                _, _, body = channel.basic_get("workbench", auto_ack=True)
                if body is None:
                    time.sleep(0.5)
                    continue
                until = time.monotonic() + QUIET_S
                if (event := json.loads(body))["event"] == "user":
                    found.add(event["text"])
        return found


@contextmanager
def stock(folder: Path) -> Iterator[System]:
    """Start the other side."""
    with two_databases(folder) as places:
        system = Stock(places, rabbitmq.RabbitMQ(folder, free_port(), free_port(), free_port()))
        try:
            yield system
        finally:
            system.close()


def users(place: Database, query: str) -> set[str]:
    """Return the users' texts in a database of events."""
    return {row["text"] for row in place.rows(query)}


KEPT_BY_RASA = "SELECT data::jsonb ->> 'text' AS text FROM events WHERE type_name = 'user'"
STORED = "SELECT data ->> 'text' AS text FROM events WHERE type = 'user'"


def end(pid: int) -> None:
    """Ask the emulator to end, so that it writes its state, and wait until it has."""
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + 180
    while time.monotonic() < until:
        with suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG)[0]:
                break
        time.sleep(0.1)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


SYSTEMS = {"parlance": parlance, "stock": stock}
