"""A process's output: from its own file to the log file that people read and to CloudWatch Logs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.logfile import LIMIT

if TYPE_CHECKING:
    from infra.local.agent.wire import Container

CHUNK = 256_000


def new_lines(container: Container, *, final: bool = False) -> list[str]:
    """Return the whole lines that the process wrote since the last call, and move on; `final` takes a part line too."""
    path = Path(container.output)
    if not path.exists():
        return []
    with path.open("rb") as stream:
        stream.seek(container.position)
        chunk = stream.read(CHUNK)
    end = len(chunk) if final or len(chunk) == CHUNK else chunk.rfind(b"\n") + 1
    container.position += end
    shorten(container, path)
    return [last_state(line) for line in chunk[:end].decode(errors="replace").split("\n") if line.strip()]


def last_state(line: str) -> str:
    """Return what a line showed last: progress bars write over themselves."""
    return line.rstrip("\r").rsplit("\r", 1)[-1]


def shorten(container: Container, path: Path) -> None:
    """Start the file anew once a lot of it has been passed on; the process goes on appending."""
    if container.position > LIMIT and container.position == path.stat().st_size:
        os.truncate(path, 0)
        container.position = 0


def append(log: Path, lines: list[str]) -> None:
    """Append lines to the log file that people read."""
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w", errors="replace") as stream:
        stream.write("".join(f"{line}\n" for line in lines))
