"""Whether a port is free, and if not, who has it."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

from infra.local.failure import RunnerError

if TYPE_CHECKING:
    from infra.local.settings import Settings

PARTS = {
    "PARLANCE_PORT": "the front door",
    "PARLANCE_EMULATOR_PORT": "the AWS emulator",
    "PARLANCE_RASA_PORT": "Rasa",
    "PARLANCE_ACTIONS_PORT": "the action server",
    "PARLANCE_POSTGRES_PORT": "PostgreSQL",
}


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this port of the loopback address now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def holder(port: int) -> str:
    """Name the process that listens on a port, as far as this user may know."""
    with suppress(psutil.Error):
        for found in psutil.net_connections(kind="tcp"):
            if found.status == psutil.CONN_LISTEN and found.laddr.port == port and found.pid:
                return f"process {found.pid} ({psutil.Process(found.pid).name()})"
    return "another program"


def check_ports(settings: Settings) -> None:
    """Raise RunnerError that names the first port in use, who has it, and the setting that moves ours."""
    for name, port in settings.ports().items():
        if not is_free(port):
            raise RunnerError(
                f"Port {port} for {PARTS[name]} is in use by {holder(port)}:"
                f" stop it, or move ours with `make up {name}={port + 1000}`."
            )
