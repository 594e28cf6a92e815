"""A core of its own for what is a machine of its own in a deployment: Rasa, or the event service beside PostgreSQL."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CAN = hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1
SERVING = "parlance_rasa.tasks.serve"


@contextmanager
def own_core(rasa: int, state: Path) -> Iterator[None]:
    """Keep one process on one core; an installation's other processes and this one stay on the other cores."""
    everywhere = os.sched_getaffinity(0)
    first, *rest = sorted(everywhere)
    others = [pid for pid in of_installation(state) if pid != rasa] + [os.getpid()]
    try:
        keep(others, rest)
        keep([rasa], [first])
        yield
    finally:
        keep([*others, rasa], everywhere)


@contextmanager
def apart(data: Path) -> Iterator[None]:
    """Keep this process on one core and PostgreSQL's connections from now on on the others.

    Left alone, Linux starts who is spoken to over loopback on the speaker's core, and the two take turns on it.
    """
    everywhere = os.sched_getaffinity(0)
    first, *rest = sorted(everywhere)
    postmaster = int((data / "postmaster.pid").read_text().split()[0])
    try:
        keep([postmaster], rest or [first])
        keep([os.getpid()], [first])
        yield
    finally:
        keep([postmaster, os.getpid()], everywhere)


def serving(state: Path) -> int:
    """Return the Rasa that an installation serves with."""
    for pid in of_installation(state):
        with suppress(psutil.NoSuchProcess):
            if SERVING in psutil.Process(pid).cmdline():
                return pid
    raise SystemExit("no Rasa serves")


def of_installation(state: Path) -> list[int]:
    """Return the processes that work below a state folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            is_below = Path(process.cwd()).is_relative_to(state) or str(state) in " ".join(process.cmdline())
            if is_below or process.environ().get("PARLANCE_STATE") == str(state):
                found.append(process.pid)
    return found


def keep(processes: Iterable[int], cores: Iterable[int]) -> None:
    """Let all threads of these processes, and what they start from now on, run on these cores only."""
    for process in processes:
        with suppress(OSError):
            for thread in Path(f"/proc/{process}/task").iterdir():
                with suppress(OSError):
                    os.sched_setaffinity(int(thread.name), cores)
