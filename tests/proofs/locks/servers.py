"""What a race runs on: an emulator, a Redis and a PostgreSQL of its own, each started when it is first needed."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import psutil

from tests.support import emulator, postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
NODE = Path(__file__).with_name("node.py")
OURS = {
    "dynamodb": "parlance_rasa.locks.dynamodb.DynamoLockStore",
    "redis": "parlance_rasa.locks.redis.RedisTicketLockStore",
    "postgres": "parlance_rasa.locks.postgres.PostgresLockStore",
}
TABLE = "locks"


class Servers:
    """Starts services on free loopback ports and ends them with itself."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self.folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="parlance-locks-")))
        self.folder.chmod(0o755)
        self._started: dict[str, Any] = {}

    def __enter__(self) -> Self:
        """Leave nothing behind, also when the run is asked to end."""
        if threading.current_thread() is threading.main_thread():
            before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
            self.at_end(lambda: signal.signal(signal.SIGTERM, before))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def options(self, store: str) -> dict[str, Any]:
        """Return what `endpoints.yml` would say: `dynamodb`, `redis`, `postgres`, or Rasa's `rasa_redis` and so on."""
        if store == "rasa_in_memory":
            return {"type": "in_memory"}
        if store == "rasa_redis":
            return {"type": "redis", **self._once("redis", self._redis)}
        place = self._once(store, {"dynamodb": self._dynamodb, "redis": self._redis, "postgres": self._postgres}[store])
        return {"type": OURS[store], "metrics": 0, **place}

    def at_end(self, act: Callable[[], object]) -> None:
        """Call this when everything ends, before what was there earlier ends."""
        self._stack.callback(act)

    def environment(self) -> dict[str, str]:
        """Return the environment of a node."""
        return {
            **os.environ,
            **emulator.CREDENTIALS,
            "PYTHONPATH": str(ROOT / "layers" / "rasa"),
            "PYTHONWARNINGS": "ignore",
        }

    def _once(self, name: str, start: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        if name not in self._started:
            self._started[name] = start()
        return dict(self._started[name])

    def _dynamodb(self) -> dict[str, Any]:
        running = emulator.start(self.folder)
        self._stack.callback(emulator.stop, running)
        call(running["url"], "CreateTable", {
            "TableName": TABLE,
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        })  # fmt: skip
        return {"endpoint": running["url"], "table": TABLE}

    def _redis(self) -> dict[str, Any]:
        port = postgres.free_port()
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL)
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        await_port(port)
        return {"url": "127.0.0.1", "port": port}

    def _postgres(self) -> dict[str, Any]:
        server = postgres.create(self.folder)
        self._stack.callback(server.stop)
        login = {"username": "postgres", "password": server.password, "db": "postgres"}
        return {"url": "127.0.0.1", "port": server.port, **login}


class Nursery:
    """The process that has Rasa loaded and forks nodes; see node.py."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self._count = itertools.count(1)
        self._log = servers.folder / "nodes.log"
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [str(PYTHON), str(NODE)],
                env=servers.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        servers.at_end(self.process.wait)
        servers.at_end(self.process.kill)
        if self._line() != "ready":
            raise RuntimeError(f"Rasa did not load: {self._log.read_text()[-2000:]}")

    def race(self, configurations: list[dict[str, Any]]) -> Nodes:
        """Fork a node for each configuration; return them when all are ready."""
        folder = self.servers.folder / f"race-{next(self._count)}"
        folder.mkdir()
        journals = [folder / f"journal-{number}" for number in range(len(configurations))]
        pids = []
        for configuration, journal in zip(configurations, journals, strict=True):
            assert self.process.stdin
            line = {**configuration, "journal": str(journal), "go": str(folder / "go")}
            self.process.stdin.write(json.dumps(line) + "\n")
            self.process.stdin.flush()
            pids.append(int(self._line()))
        nodes = Nodes(pids, self.process.pid, journals, folder / "go")
        self.servers.at_end(nodes.kill)
        try:
            nodes.await_event("ready", range(len(pids)))
        except RuntimeError as error:
            nodes.kill()
            raise RuntimeError(self._log.read_text()[-2000:]) from error
        return nodes

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()


class Nodes(NamedTuple):
    """The processes of one race and what they write down."""

    pids: list[int]
    parent: int
    journals: list[Path]
    start: Path

    def go(self) -> float:
        """Start all plans in a moment; return when that is."""
        at = time.monotonic() + 0.3
        draft = self.start.with_suffix(".draft")
        draft.write_text(str(at))
        draft.rename(self.start)
        return at

    def facts(self) -> list[dict[str, Any]]:
        """Return what all nodes wrote down so far."""
        return [fact for number in range(len(self.pids)) for fact in self.facts_of(number)]

    def facts_of(self, number: int) -> list[dict[str, Any]]:
        """Return what one node wrote down so far (a killed one may have broken off in a line)."""
        if not self.journals[number].exists():
            return []
        return [json.loads(line) for line in self.journals[number].read_text().splitlines() if line.endswith("}")]

    def await_event(self, event: str, numbers: Iterable[int], seconds: float = 240) -> None:
        """Return when each of these nodes has written the event."""
        until = time.monotonic() + seconds
        for number in numbers:
            while all(fact["event"] != event for fact in self.facts_of(number)):
                if time.monotonic() > until:
                    raise RuntimeError(f"no {event} from node {number}: {self.facts()}")
                time.sleep(0.02)

    def await_end(self, seconds: float = 2400) -> None:
        """Return when all have ended."""
        until = time.monotonic() + seconds
        while any(alive(pid) for pid in self.pids):
            if time.monotonic() > until:
                self.kill()
                raise RuntimeError("a node hangs")
            time.sleep(0.02)

    def kill(self) -> None:
        """Leave none behind; a number that another process has got meanwhile is left alone."""
        for pid in self.pids:
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(pid)
                if process.ppid() == self.parent:
                    process.kill()


def alive(pid: int) -> bool:
    """Return whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def await_port(port: int) -> None:
    """Return when somebody listens."""
    until = time.monotonic() + 120
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def call(url: str, operation: str, parameters: dict[str, Any]) -> None:
    """Call DynamoDB on the emulator."""
    import boto3

    client = boto3.client(
        "dynamodb", endpoint_url=url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    client._make_api_call(operation, parameters)
