"""The parts that the supervisor keeps alive: how each is started, when it counts as ready, how it is stopped."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from infra.local import emulator, postgres
from infra.local.folder import folder_of
from infra.local.settings import ROOT

if TYPE_CHECKING:
    from infra.local.settings import Settings


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One long-running process. `grace` is how many seconds it may take to end after it was asked to.

    `when_back` is called each time it is ready again after a restart; it must return at once.
    """

    name: str
    title: str
    command: list[str]
    env: dict[str, str]
    is_ready: Callable[[], bool]
    cwd: Path = ROOT
    stop_signal: int = signal.SIGTERM
    stop_leader_only: bool = False
    grace: float = 10.0
    patience: float = 120.0
    when_back: Callable[[], None] = lambda: None


def parts(settings: Settings) -> list[Part]:
    """Return the parts in the order in which they start; they stop in the reverse order."""
    return [postgres_part(settings), emulator_part(settings), front_door_part(settings), agent_part(settings)]


def python_env(settings: Settings) -> dict[str, str]:
    """Return the environment of our own Python parts."""
    ours = {**settings.to_env(), "PYTHONUNBUFFERED": "1"}
    return {**emulator.clean_env(), **emulator.aws_env(settings), **ours}


def postgres_part(settings: Settings) -> Part:
    """Return PostgreSQL: SIGINT to its leader is its fast, clean shutdown."""
    folder = folder_of(settings)
    return Part(
        name="postgres",
        title="PostgreSQL",
        command=postgres.server_command(settings, folder),
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        is_ready=lambda: postgres.is_ready(settings, folder),
        cwd=Path("/"),
        stop_signal=signal.SIGINT,
        stop_leader_only=True,
        grace=30.0,
    )


def emulator_part(settings: Settings) -> Part:
    """Return the emulator, which saves its state when it ends."""
    return Part(
        name="emulator",
        title="The AWS emulator",
        command=[sys.executable, "-m", "infra.local.emulator_main"],
        env=emulator.emulator_env(settings),
        is_ready=lambda: emulator.is_ready(settings),
        when_back=lambda: warm_again(settings),
        stop_leader_only=True,
        grace=30.0,
    )


def warm_again(settings: Settings) -> None:
    """Start the functions of an emulator that came back; the import is heavy, and mostly not needed here."""
    from infra.local.installation import warm_up_later

    warm_up_later(settings)


def front_door_part(settings: Settings) -> Part:
    """Return the front door."""
    return Part(
        name="front-door",
        title="The front door",
        command=[sys.executable, "-m", "infra.local.front_door"],
        env=python_env(settings),
        is_ready=lambda: emulator.answers_ok(f"http://127.0.0.1:{settings.port}/healthz"),
    )


def agent_part(settings: Settings) -> Part:
    """Return the ECS agent; at its end it first ends the tasks that it runs, Rasa among them."""
    folder = folder_of(settings)
    return Part(
        name="agent",
        title="The ECS agent",
        command=[sys.executable, "-m", "infra.local.agent"],
        env=python_env(settings),
        is_ready=(folder.run / "agent.ready").exists,
        stop_leader_only=True,
        grace=45.0,
    )
