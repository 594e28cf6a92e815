"""`make status` and `make logs`."""

from __future__ import annotations

import subprocess
from collections import Counter
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from rich.table import Table

from infra.local.agent.book import Book
from infra.local.agent.cloud import Cloud
from infra.local.daemon import last_words
from infra.local.display import console
from infra.local.failure import RunnerError
from infra.local.folder import Folder, folder_of
from infra.local.processes import Record, memory
from infra.local.status import Status, current_status

if TYPE_CHECKING:
    from infra.local.agent.wire import Run, Service
    from infra.local.settings import Settings


def show(settings: Settings) -> int:
    """Print one row a process; 1 when it is stopped, or a part or a service's task does not run."""
    folder = folder_of(settings)
    status = current_status(folder)
    if status is None:
        console.print("  Parlance is stopped: `make up` starts it.")
        return 1
    console.print(table(folder, status))
    console.print(f"  {settings.public_url}   logs: {folder.logs}")
    for part in status.parts.values():
        if part.message:
            console.print(f"  {part.message}", style="yellow", markup=False)
    lacks = missing_tasks(settings) if status.all_running() else []
    for sentence in lacks:
        console.print(f"  {sentence}", style="yellow", markup=False)
    return 0 if status.all_running() and not lacks else 1


def missing_tasks(settings: Settings) -> list[str]:
    """Return a sentence for each service that has fewer processes here than ECS wants of it, Rasa's for one."""
    try:
        services = Cloud(settings).services()
    except (BotoCoreError, ClientError) as error:
        return [f"ECS does not tell which services should run: {error}"]
    return shortages(services, [run for run in Book(folder_of(settings)).living() if not run.stopping])


def shortages(services: list[Service], running: list[Run]) -> list[str]:
    """Compare what should run with what runs."""
    counts = Counter(run.task.service for run in running)
    return [
        f"{one.service_name}: {counts[one.service_name]} of {one.desired_count} tasks run; `make logs` shows why."
        for one in services
        if counts[one.service_name] < one.desired_count
    ]


def table(folder: Folder, status: Status) -> Table:
    """Lay out parts and tasks."""
    found = Table(box=None, padding=(0, 2), header_style="dim")
    for title in ("part", "state", "process", "memory", "restarts"):
        found.add_column(title)
    found.add_row("supervisor", "running", *numbers(status.supervisor), "")
    for name, part in status.parts.items():
        found.add_row(name, part.state, *numbers(part.process), str(part.restarts))
    for run in Book(folder).living():
        for container in run.containers:
            state = "ending" if run.stopping else "running"
            found.add_row(f"task {container.log_file.removesuffix('.log')}", state, *numbers(container.process), "")
    return found


def numbers(process: Record | None) -> tuple[str, str]:
    """Return a process's pid and memory as texts."""
    return ("-", "-") if process is None else (str(process.pid), f"{memory(process) / 1e6:.0f} MB")


def follow(settings: Settings) -> int:
    """Show the last lines of every log and follow them until Ctrl-C."""
    folder = folder_of(settings)
    files = sorted(folder.logs.glob("*.log"))
    if not files:
        raise RunnerError(f"There are no logs in {folder.logs} yet: `make up` starts the system{last_words(folder)}.")
    return subprocess.run(["tail", "-n", "20", "-F", *map(str, files)], check=False).returncode
