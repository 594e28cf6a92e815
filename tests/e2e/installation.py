"""A home installation of a test's own: its own state folder and ports, brought up and down by `make`."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psutil

from infra.local.api import Api
from infra.local.failure import RunnerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PORTS = (
    "PARLANCE_PORT",
    "PARLANCE_EMULATOR_PORT",
    "PARLANCE_RASA_PORT",
    "PARLANCE_ACTIONS_PORT",
    "PARLANCE_POSTGRES_PORT",
)
READY = re.compile(r"Parlance is ready: (\S+)\s+Log in as (\S+) with the password (\S+)")


class Ran(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    text: str


class Installation:
    """What a person at the terminal can do, and what they see."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.settings = {
            "PARLANCE_STATE": str(state),
            "PARLANCE_PATIENCE": "1200",
            **{name: str(port) for name, port in zip(PORTS, free_ports(), strict=True)},
        }
        self.url = self.user = self.password = ""

    def make(self, target: str, timeout: float = 3600, **settings: str) -> Ran:
        environment = {**os.environ, **self.settings, **settings}
        done = subprocess.run(
            ["make", target], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout, check=False
        )
        return Ran(done.returncode, done.stdout + done.stderr)

    def up(self) -> Ran:
        ran = self.make("up", DETACH="1")
        found = READY.search(ran.text)
        if ran.code == 0 and found:
            self.url, self.user, self.password = found.groups()
        return ran

    def log_in(self) -> Api:
        return Api(self.url).log_in(self.user, self.password)

    def say(self, sender: str, text: str) -> list[str]:
        """Send a message as a channel does; the bot's texts."""
        answers = Api(self.url).call("POST", "/webhooks/rest/webhook", {"sender": sender, "message": text})
        return [answer.get("text", "") for answer in answers]

    def processes(self) -> Iterator[psutil.Process]:
        """All processes on this machine that belong to this state folder."""
        for process in psutil.process_iter():
            try:
                mine = process.environ().get("PARLANCE_STATE") == str(self.state)
                mine = mine or str(self.state) in " ".join(process.cmdline())
            except psutil.Error:
                continue
            if mine and process.status() != psutil.STATUS_ZOMBIE:
                yield process


def eventually(look: Callable[[], Any], within: float = 300) -> Any:
    """Return the first true answer of `look`; fail after `within` seconds. No answer, 404 and 503 mean: not yet."""
    deadline, seen = time.monotonic() + within, None
    while time.monotonic() < deadline:
        try:
            seen = look()
        except RunnerError as refused:
            if getattr(refused, "status", 503) not in {404, 503, 504}:
                raise
            seen = refused
        else:
            if seen:
                return seen
        time.sleep(0.25)
    raise AssertionError(f"not within {within} s; last seen: {seen!r}")


def free_ports() -> list[int]:
    """Ports that nobody listens on now, all different."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in PORTS]
        return [each.getsockname()[1] for each in sockets]
