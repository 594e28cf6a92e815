"""Processes that this installation started, known by pid *and* start time, so that a reused pid is never touched."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
import psutil

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SAME_START = 0.05  # seconds between two readings of one process's start time


class Record(msgspec.Struct, frozen=True):
    """One process: `started` is the kernel's start time in Unix seconds."""

    pid: int
    started: float


def record(pid: int) -> Record:
    """Describe a process that runs now; one that has just ended gets a start time that no process has."""
    try:
        return Record(pid, psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return Record(pid, 0.0)


def is_running(known: Record | None) -> bool:
    """Tell whether this very process still runs (a zombie does not)."""
    if known is None:
        return False
    try:
        process = psutil.Process(known.pid)
        same = bool(abs(process.create_time() - known.started) < SAME_START)
        return same and bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def spawn(command: Sequence[str], *, log: Path, env: Mapping[str, str], cwd: Path) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, its output appended to a log that only this user can read."""
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=handle,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
        )
    finally:
        os.close(handle)


def signal_group(known: Record, number: int) -> None:
    """Send a signal to a process and to all that it started in its session."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(known.pid, number)


def stop(known: Record, *, grace: float = 10.0, first: int = signal.SIGTERM, alone: bool = False) -> None:
    """End a process and its session: ask, wait `grace` seconds, kill what is left. `alone` asks only the leader."""
    if is_running(known):
        if alone:
            with suppress(ProcessLookupError):
                os.kill(known.pid, first)
        else:
            signal_group(known, first)
        wait_until_ended(known, grace)
    if group_of(known):
        signal_group(known, signal.SIGKILL)
        wait_until_ended(known, 5.0)


def group_of(known: Record) -> list[int]:
    """Return the live processes of a session that `known` leads (or led)."""
    members = []
    for process in psutil.process_iter(["pid", "status", "create_time"]):
        with suppress(ProcessLookupError, PermissionError, psutil.Error):
            born_here = process.info["create_time"] >= known.started - SAME_START
            if known.started and born_here and os.getsid(process.pid) == known.pid:
                members += [process.pid] if process.info["status"] != psutil.STATUS_ZOMBIE else []
    return members


def wait_until_ended(known: Record, seconds: float) -> bool:
    """Wait for a process to end; tell whether it did."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not is_running(known):
            return True
        time.sleep(0.05)
    return not is_running(known)


def memory(known: Record) -> int:
    """Return the resident bytes of a process and of those that it started."""
    total = 0
    for pid in group_of(known):
        with suppress(psutil.Error):
            total += psutil.Process(pid).memory_info().rss
    return total
