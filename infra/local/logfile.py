"""Log files that cannot fill the disk: programs append, the runner trims."""

from __future__ import annotations

import os
import time
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 10_000_000


def trim(path: Path, limit: int = LIMIT) -> bool:
    """Keep a log under its limit: over it, the text moves to `<name>.1` and the file starts anew in place.

    Writers hold the file open for appending, so they go on without noticing. Tells whether it did.
    """
    if not path.exists() or path.stat().st_size <= limit:
        return False
    previous = path.with_name(path.name + ".1")
    previous.write_bytes(tail_bytes(path, limit))
    previous.chmod(0o600)
    with path.open("r+b") as log:
        log.truncate(0)
    return True


def note_error(path: Path, error: BaseException) -> None:
    """Append an error's traceback to a log that only this user can read; raises OSError when it cannot be written."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as log:
        log.write(time.strftime("%Y-%m-%d %H:%M:%S ") + "".join(traceback.format_exception(error)))


def tail_bytes(path: Path, count: int) -> bytes:
    """Return the last `count` bytes of a file."""
    with path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - count))
        return log.read()


def tail(path: Path, lines: int = 12) -> list[str]:
    """Return a log's last lines, or none when there is no such log."""
    if not path.exists():
        return []
    return tail_bytes(path, 64_000).decode(errors="replace").splitlines()[-lines:]
