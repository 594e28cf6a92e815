"""What one test run shares: whoever needs a server first starts it, the run's end stops it, under pytest-xdist too."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = "PARLANCE_TEST_RUN"


def begin() -> None:
    """Make the run's folder; workers inherit its name through the environment."""
    folder = Path(tempfile.mkdtemp(prefix="parlance-test-"))
    folder.chmod(0o711)  # PostgreSQL runs as another user below it
    os.environ[FOLDER] = str(folder)


def shared(name: str, start: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    """Return what `start(folder)` said about the server `name`, starting it only if nobody in this run did."""
    folder = Path(os.environ[FOLDER])
    record = folder / f"{name}.json"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not record.exists():
            record.write_text(json.dumps(start(folder)))
    return dict(json.loads(record.read_text()))


def folder(name: str) -> Path:
    """Make a folder of this run that PostgreSQL's user can reach."""
    made = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=os.environ[FOLDER]))
    made.chmod(0o711)
    return made


def end(**stops: Callable[[dict[str, Any]], None]) -> None:
    """Stop every server that was started and remove the folder."""
    folder = Path(os.environ.pop(FOLDER))
    for name, stop in stops.items():
        record = folder / f"{name}.json"
        if record.exists():
            stop(json.loads(record.read_text()))
    shutil.rmtree(folder, ignore_errors=True)
