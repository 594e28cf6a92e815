"""A real RabbitMQ for tests: a node of Debian's server on free loopback ports, everything in one folder."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pika

from tests.support.postgres import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")  # /usr/sbin's script would change the user
PATIENCE = 300


@dataclass(frozen=True)
class RabbitMQ:
    """One node; its user is `guest`, which may come from loopback only."""

    folder: Path
    port: int
    epmd: int
    distribution: int

    @property
    def bridge(self) -> dict[str, str]:
        """What a bridge's environment says of it."""
        login = {"RABBITMQ_USERNAME": "guest", "RABBITMQ_PASSWORD": "guest"}
        return {"RABBITMQ_HOST": "127.0.0.1", "RABBITMQ_PORT": str(self.port), **login}

    def connect(self) -> pika.BlockingConnection:
        """Open a connection of one's own."""
        return pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", self.port))

    def environment(self) -> dict[str, str]:
        """Return the node's settings: loopback only, nothing outside the folder."""
        return {
            **os.environ,
            "HOME": str(self.folder),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.epmd),
            "RABBITMQ_NODENAME": f"parlance{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.distribution),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +S 1",
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "env"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
        }


@contextmanager
def running(folder: Path) -> Iterator[RabbitMQ]:
    """Start a node and stop it at the end."""
    server = RabbitMQ(folder, free_port(), free_port(), free_port())
    process = start(server)
    try:
        yield server
    finally:
        stop(server, process)


def start(server: RabbitMQ) -> subprocess.Popen[bytes]:
    """Start a node, for the first time or where it was stopped."""
    with (server.folder / "output").open("ab") as output:
        process = subprocess.Popen(
            [str(SERVER)], env=server.environment(), stdout=output, stderr=output, start_new_session=True
        )
    try:
        await_ready(server, process)
    except BaseException:
        stop(server, process)
        raise
    return process


def await_ready(server: RabbitMQ, process: subprocess.Popen[bytes]) -> None:
    """Return when it listens, which it does last; raises with its output when it ended."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", server.port), timeout=1):
            return
        time.sleep(0.3)
    raise RuntimeError((server.folder / "output").read_text()[-2000:])


def stop(server: RabbitMQ, process: subprocess.Popen[bytes]) -> None:
    """End the node, its helpers, and the name server that it started for itself."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(120)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    epmd = shutil.which("epmd") or "epmd"
    environment = {**os.environ, "ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_EPMD_PORT": str(server.epmd)}
    subprocess.run([epmd, "-kill"], env=environment, capture_output=True, check=False)
