"""The home installation's ECS agent, turning in a thread of the test."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from infra.local.agent.__main__ import build, turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.agent.loop import Agent
    from infra.local.settings import Settings

PATIENCE = 60


@contextmanager
def turning(settings: Settings) -> Iterator[Agent]:
    """Run an agent until the block is over, then end its tasks."""
    agent, over = build(settings), threading.Event()

    def work() -> None:
        while not over.wait(0.1):
            turn(agent)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield agent
    finally:
        over.set()
        thread.join(PATIENCE)
        end(agent)


def end(agent: Agent) -> None:
    """End all its tasks and wait until they are gone."""
    agent.stop_all()
    give_up = time.monotonic() + PATIENCE
    while agent.runs and time.monotonic() < give_up:
        turn(agent)
        time.sleep(0.1)
    assert not agent.runs, agent.runs
