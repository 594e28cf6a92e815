"""Log files that cannot fill the disk: programs append, the runner trims."""

from __future__ import annotations

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
