"""The foreground after `make up`: one status line until Ctrl-C, or until a part is beyond help."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from rich.live import Live
from rich.text import Text

from infra.local.agent.book import Book
from infra.local.display import console
from infra.local.emulator import client
from infra.local.failure import RunnerError
from infra.local.folder import folder_of
from infra.local.installation import plain_secret
from infra.local.processes import memory
from infra.local.rasa import rasa_state
from infra.local.status import Status, current_status

if TYPE_CHECKING:
    from infra.local.deployed import Deployed
    from infra.local.settings import Settings

SECONDS = 2.0


def watch(settings: Settings, found: Deployed) -> None:
    """Show how it goes until Ctrl-C; raises RunnerError when the supervisor is gone or has given a part up."""
    token = plain_secret(settings, found, "RasaTokenSecret")
    with Live(console=console, auto_refresh=False, transient=True) as live:
        while True:
            status = current_status(folder_of(settings))
            if status is None:
                raise RunnerError("The supervisor has ended (by `make down`?): `make up` starts everything again.")
            if status.first_failure():
                raise RunnerError(status.first_failure())
            live.update(Text(line(settings, found, status, token)), refresh=True)
            time.sleep(SECONDS)


def line(settings: Settings, found: Deployed, status: Status, token: str) -> str:
    """Return the status line."""
    troubled = [
        f"{name}: {part.message or part.state}" for name, part in status.parts.items() if part.state != "running"
    ]
    facts = [
        counted(conversations(settings), "conversation"),
        counted(queue_depth(settings, found), "event") + " queued",
        f"Rasa {rasa_state(settings, token)}",
        f"{used_memory(settings, status) / 1e9:.1f} GB",
        *troubled,
        "Ctrl-C stops everything",
    ]
    return "  " + "  ·  ".join(facts)


def counted(number: object, thing: str) -> str:
    """Return a number with its thing, in the plural unless it is one."""
    return f"{number} {thing}" if str(number) == "1" else f"{number} {thing}s"


def conversations(settings: Settings) -> Any:
    """Return how many conversations the workbench has, or `?`."""
    import pg8000.exceptions

    from infra.local import postgres

    try:
        database = postgres.connect(settings, folder_of(settings), database="parlance")
        [[count]] = database.run("SELECT count(*) FROM conversations")
        database.close()
    except (pg8000.exceptions.Error, OSError):
        return "?"
    return count


def queue_depth(settings: Settings, found: Deployed) -> str:
    """Return how many messages wait for the event service, or `?`."""
    try:
        queue, names = found.outputs["EventsQueue"], ["ApproximateNumberOfMessages"]
        answer = client(settings, "sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)
    except (BotoCoreError, ClientError):
        return "?"
    return str(answer["Attributes"]["ApproximateNumberOfMessages"])


def used_memory(settings: Settings, status: Status) -> int:
    """Return the resident bytes of all parts and tasks."""
    tasks = [one.process for run in Book(folder_of(settings)).living() for one in run.containers if one.process]
    parts = [part.process for part in status.parts.values() if part.process]
    return sum(memory(process) for process in [*parts, *tasks, status.supervisor])
