"""Starting and stopping the supervisor from outside."""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING

from infra.local.agent import podman
from infra.local.agent.book import Book
from infra.local.failure import RunnerError
from infra.local.folder import folder_of, write_private
from infra.local.logfile import tail
from infra.local.parts import python_env
from infra.local.processes import is_running, record, spawn, stop
from infra.local.settings import ROOT
from infra.local.status import Status, current_status, last_status

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.folder import Folder
    from infra.local.settings import Settings

LONGEST_STOP = 120.0


def ensure_running(settings: Settings) -> bool:
    """Start the supervisor unless it runs, noting it at once so that `stop_all` finds it; tells whether it did."""
    folder = folder_of(settings).make()
    if current_status(folder):
        return False
    write_private(folder.settings, settings.chosen())
    folder.status.unlink(missing_ok=True)
    command = [sys.executable, "-m", "infra.local", "supervise"]
    started = spawn(command, log=folder.logs / "supervisor.log", env=python_env(settings), cwd=ROOT)
    if not folder.status.exists():
        write_private(folder.status, Status(record(started.pid), {}))
    return True


def wait_for_parts(
    settings: Settings, names: tuple[str, ...], tell: Callable[[str], None], patience: float = 300
) -> None:
    """Wait until these parts run; raises RunnerError with the words of a part that was given up."""
    folder, deadline = folder_of(settings), time.monotonic() + patience
    while time.monotonic() < deadline:
        status = current_status(folder)
        if status:
            check(status)
            waiting = [name for name in names if status.state_of(name) != "running"]
            if not waiting:
                return
            tell(f"waiting for {', '.join(waiting)}")
        time.sleep(0.1)
    raise RunnerError(f"{' and '.join(names)} did not get ready in {patience:.0f} s{last_words(folder)}.")


def check(status: Status) -> None:
    """Raise RunnerError when a part was given up."""
    if status.first_failure():
        raise RunnerError(status.first_failure())


def last_words(folder: Folder) -> str:
    """Return where the supervisor's log is and how it ends."""
    log = folder.logs / "supervisor.log"
    ending = next(iter(reversed(tail(log, 1))), "")
    return f"; the supervisor's log {log} ends with: {ending}" if ending else f"; see {log}"


def stop_all(folder: Folder, tell: Callable[[str], None] = lambda _text: None) -> bool:
    """Stop the supervisor and with it everything, then what a killed one left; tells whether anything ran."""
    status = current_status(folder)
    if status:
        tell("asking the parts to end")
        stop(status.supervisor, grace=LONGEST_STOP, first=signal.SIGTERM, alone=True)
    return bool(status) | sweep(folder)


def sweep(folder: Folder) -> bool:
    """End the parts and tasks of a supervisor that is no more; tells whether there were any."""
    status, found = last_status(folder), False
    for name in reversed(list(status.parts) if status else []):
        process = status.parts[name].process if status else None
        if process and is_running(process):
            found = True
            gentle = signal.SIGINT if name == "postgres" else signal.SIGTERM
            stop(process, grace=40.0, first=gentle, alone=True)
    for container in [one for run in Book(folder).runs() for one in run.containers]:
        if container.process and is_running(container.process):
            found = True
            stop(container.process, grace=float(container.stop_timeout))
        if container.box:
            podman.remove(container.box)
    return found
