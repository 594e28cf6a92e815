"""`make up`: from whatever is there to a system that is ready, step by step; what is done already costs little."""

from __future__ import annotations

import fcntl
import os
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from infra.local import assistant, postgres
from infra.local.daemon import ensure_running, stop_all, wait_for_parts
from infra.local.display import Steps, console
from infra.local.failure import RunnerError, foreign_errors, in_words
from infra.local.folder import folder_of
from infra.local.installation import first_user, install, sweep_soon, warm_up
from infra.local.logfile import note_error
from infra.local.preflight import check
from infra.local.rasa import wait_for_rasa
from infra.local.status import current_status
from infra.local.ui_build import build_ui

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infra.local.deployed import Deployed
    from infra.local.settings import Settings

FOUNDATION = ("postgres", "emulator")


def bring_up(settings: Settings) -> Deployed:
    """Bring everything up, one `make up` at a time; when that fails and nothing ran before, leave nothing running."""
    folder = folder_of(settings).make()
    with alone(folder.run / "up.lock"):
        check(settings)
        return climb_or_leave_nothing(settings, Steps())


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold a lock file; raises RunnerError when another process holds it. It is free again however that one ends."""
    lock.touch(mode=0o600)
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunnerError("Another `make up` is at work on this installation: wait for it, or end it.") from None
        yield


def climb_or_leave_nothing(settings: Settings, steps: Steps) -> Deployed:
    """Do the steps; whatever ends them early, stop what was started here first. Foreign errors become one sentence."""
    folder = folder_of(settings)
    started_here = current_status(folder) is None
    try:
        return climb(settings, steps)
    except BaseException as error:
        if started_here:
            stop_all(folder)
        if isinstance(error, foreign_errors()):
            with suppress(OSError):
                note_error(folder.logs / "runner.log", error)
            raise RunnerError(f"`make up` was cut short: {in_words(error)} (logs: {folder.logs}).") from error
        raise


def climb(settings: Settings, steps: Steps) -> Deployed:
    """Do the steps in their order."""
    folder = folder_of(settings)
    with steps.step("Web UI") as step:
        build_ui(step.note)
    with steps.step("PostgreSQL and AWS emulator") as step:
        postgres.initialise(folder)
        ensure_running(settings)
        wait_for_parts(settings, FOUNDATION, step.note)
        postgres.ensure_databases(settings, folder)
    with steps.step("Packages and deployment") as step:
        found = install(settings, lambda what, share: step.at(share, what))
    with steps.step("Front door and ECS agent") as step:
        wait_for_parts(settings, ("front-door", "agent"), step.note)
    if not assistant.has_production_model(settings, found):
        teach(settings, found, steps)
    with steps.step("Rasa") as step:
        warm_up(settings, found)
        wait_for_rasa(settings, found, step.note)
    sweep_soon(settings, found)
    save_emulator(settings)
    return found


def teach(settings: Settings, found: Deployed, steps: Steps) -> None:
    """Import and train the assistant."""
    api = assistant.administrator(settings, found)
    with steps.step("Import of the assistant") as step:
        assistant.import_if_untouched(settings, api, step.note)
    with steps.step("Training") as step:
        assistant.train(api, step.at)


def save_emulator(settings: Settings) -> None:
    """Have the emulator write its state now, so that even a power cut keeps the deployment."""
    status = current_status(folder_of(settings))
    process = status.parts["emulator"].process if status else None
    if process:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGUSR1)


def say_where(settings: Settings, found: Deployed) -> None:
    """Print the address and who can log in: the very last lines of the command."""
    name, password = first_user(settings, found)
    console.print(f"\n  [bold]Parlance is ready:[/] [link]{settings.public_url}[/]")
    console.print(f"  Log in as [bold]{name}[/] with the password [bold]{password}[/] [dim](until you change it)[/]\n")
