"""`python -m infra.local <command>`: what the Makefile calls once the environments are there."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from typing import TYPE_CHECKING

from infra.local.display import console, fail, warn
from infra.local.failure import RunnerError, in_words
from infra.local.folder import folder_of, read_json
from infra.local.logfile import note_error
from infra.local.settings import Settings, unknown_settings, variable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def up(settings: Settings) -> int:
    """Bring everything up; then stay, unless DETACH is set."""
    from infra.local.daemon import stop_all
    from infra.local.up import bring_up, say_where
    from infra.local.watch import watch

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)  # like Ctrl-C, also where that is ignored (`make up &`)
    found = bring_up(settings)
    if settings.detach:
        say_where(settings, found)
        console.print("  It goes on in the background: `make status`, `make logs`, `make down`.\n")
        return 0
    try:
        say_where(settings, found)
        watch(settings, found)
    except KeyboardInterrupt:
        console.print("\n  Stopping; nothing is lost.")
    finally:
        stop_all(folder_of(settings))
    return 0


def down(settings: Settings) -> int:
    """Stop every process of the installation."""
    from infra.local.daemon import stop_all
    from infra.local.display import Steps

    with Steps().step("Stopping") as step:
        stopped = stop_all(folder_of(settings), step.note)
    console.print("  Everything is stopped and kept." if stopped else "  Nothing was running.")
    return 0


def reset(settings: Settings) -> int:
    """Delete the installation's state, after asking."""
    from infra.local.reset import reset as delete

    return delete(settings)


def status(settings: Settings) -> int:
    """Show each part; 1 when something is not as it should be."""
    from infra.local.report import show

    return show(settings)


def logs(settings: Settings) -> int:
    """Follow all logs."""
    from infra.local.report import follow

    return follow(settings)


def smoke(settings: Settings) -> int:
    """Prove on the running system that what is said arrives and stays."""
    from infra.local.smoke import run

    return run(settings)


def supervise(settings: Settings) -> int:
    """Run the supervisor in the foreground (`up` starts it in the background)."""
    from infra.local.supervisor import Supervisor

    return Supervisor(settings).run(os.getpid())


COMMANDS: dict[str, Callable[[Settings], int]] = {
    one.__name__: one for one in (up, down, reset, status, logs, smoke, supervise)
}
REMEMBERING = ("up", "down", "reset", "status", "logs", "smoke")


def remembered(settings: Settings) -> Settings:
    """Return the settings with which the installation was last started; the environment's own win.

    make exports each setting, as an empty text when it was not given: that counts as not given.
    """
    known = read_json(folder_of(settings).settings, dict[str, str]) or {}
    given = {name: value for name, value in os.environ.items() if value}
    return Settings.from_env({**known, **given, variable("state"): settings.state})


def run(command: str, settings: Settings) -> int:
    """Run one command; an error that nobody foresaw goes to the log whole, and to the terminal as one sentence."""
    if command not in REMEMBERING:
        return COMMANDS[command](settings)
    for sentence in unknown_settings(os.environ):
        warn(sentence)
    try:
        return COMMANDS[command](remembered(settings))
    except RunnerError:
        raise
    except Exception as error:
        if os.environ.get("DEBUG"):
            raise
        raise RunnerError(last_words(command, error, folder_of(settings).logs / "runner.log")) from error


def last_words(command: str, error: Exception, log: Path) -> str:
    """Return the sentence for an unforeseen error, with the log that has its traceback."""
    what = f"`make {command}` failed: {type(error).__name__}: {in_words(error)}"
    try:
        note_error(log, error)
    except OSError:
        return f"{what} (with DEBUG=1 it shows where)."
    return f"{what} (more in {log}, or with DEBUG=1)."


def main(words: list[str]) -> int:
    """Run one command; a failure is one sentence and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="The home installation of Parlance.")
    parser.add_argument("command", choices=COMMANDS)
    command = parser.parse_args(words).command
    try:
        return run(command, Settings.from_env(os.environ))
    except RunnerError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("Stopped.")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
