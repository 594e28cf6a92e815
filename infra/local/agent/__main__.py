"""The agent's process: `python -m infra.local.agent`, started by the supervisor."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.agent.book import Book
from infra.local.agent.cloud import Cloud
from infra.local.agent.engine import Engine
from infra.local.agent.loop import Agent, all_ended
from infra.local.folder import folder_of
from infra.local.settings import Settings

POLL = 0.5
NO_ANSWER = (BotoCoreError, ClientError)


def build(settings: Settings) -> Agent:
    """Wire the agent's parts together."""
    folder = folder_of(settings).make()
    cloud, book = Cloud(settings), Book(folder)
    return Agent(cloud, Engine(settings, folder, cloud, book), book)


def main() -> None:
    """Keep tasks and processes in step until told to end; then end all tasks first."""
    settings = Settings.from_env(os.environ)
    ready = folder_of(settings).run / "agent.ready"
    ready.unlink(missing_ok=True)
    agent, asked = build(settings), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())
    while not (asked.is_set() and all_ended(agent)):
        if asked.is_set():
            agent.stop_all()
        if turn(agent):
            ready.touch(mode=0o600)
        time.sleep(POLL)
    turn(agent)
    ready.unlink(missing_ok=True)


def turn(agent: Agent) -> bool:
    """Do one round; tells whether the emulator answered."""
    try:
        agent.turn()
    except NO_ANSWER as error:
        print(time.strftime("%H:%M:%S"), "the emulator does not answer:", str(error)[:200], file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    main()
