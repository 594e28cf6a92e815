"""A home installation's parts for tests: an emulator of their own, so that the agent meets only its own tasks."""

from __future__ import annotations

import os
import socket
import sys
import time
from typing import TYPE_CHECKING

import pytest

from infra.local import emulator
from infra.local.folder import folder_of
from infra.local.processes import record, spawn, stop
from infra.local.settings import ROOT, Settings

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path


def free_ports(count: int) -> list[int]:
    """Ask the system for ports that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def settings_in(folder: Path) -> Settings:
    """Settings with a state folder and ports of the test's own."""
    names = ("port", "emulator_port", "rasa_port", "actions_port", "postgres_port")
    python = {"rasa_python": sys.executable, "state": str(folder)}
    return Settings(**python, **dict(zip(names, free_ports(len(names)), strict=True)))


class OwnEmulator:
    """MiniStack as the runner starts it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        folder = folder_of(self.settings).make()
        command = [sys.executable, "-m", "infra.local.emulator_main"]
        env = emulator.emulator_env(self.settings)
        self.process = spawn(command, log=folder.logs / "emulator.log", env=env, cwd=ROOT)
        wait_for(lambda: emulator.is_ready(self.settings))

    def stop(self, number: int = 15) -> None:
        stop(record(self.process.pid), grace=60, first=number, alone=True)
        self.process.wait(120)

    def client(self, service: str) -> object:
        return emulator.client(self.settings, service)


def wait_for(question, seconds: float = 180.0):
    """Return the first true answer; fail when there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s")


@pytest.fixture
def own_emulator(tmp_path: Path) -> Iterator[OwnEmulator]:
    """A running emulator with an empty state folder."""
    running = OwnEmulator(settings_in(tmp_path / "state"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def home_env(tmp_path: Path) -> dict[str, str]:
    """An environment for the runner's own commands: everything below this test's folder, ports of its own."""
    return {**os.environ, **settings_in(tmp_path / "state").to_env()}
