"""Builds the web UI with the Node.js of our own environment, when its sources have changed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.failure import RunnerError
from infra.local.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.local.folder import Folder

UI = ROOT / "functions" / "ui"
SOURCES = ("src", "package.json", "package-lock.json", "build.mjs", "tsconfig.json")


def build_ui(folder: Folder, tell: Callable[[str], None]) -> bool:
    """Build the UI unless the built one is of these sources; tells whether it did."""
    made_from, stamp = fingerprint(UI), folder.packages / "ui.stamp"
    if (UI / "dist" / "index.html").exists() and stamp.exists() and stamp.read_text() == made_from:
        return False
    with one_at_a_time():
        tell("npm ci")
        install_packages()
        tell("npm run build")
        npm("run", "build")
    stamp.write_text(made_from)
    return True


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until nobody else builds in this clone: two installations may start at once."""
    with (UI / "package.json").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def install_packages() -> None:
    """Install the UI's packages where they are missing or stale."""
    lock, mark = UI / "package-lock.json", UI / "node_modules" / ".package-lock.json"
    if not mark.exists() or mark.stat().st_mtime < lock.stat().st_mtime:
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")


def fingerprint(place: Path) -> str:
    """Return what the UI is built from, as a hash."""
    files = [
        path for name in SOURCES for path in ([place / name] if (place / name).is_file() else (place / name).rglob("*"))
    ]
    found = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file()):
        found.update(path.relative_to(place).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def npm(*words: str) -> None:
    """Run npm; raises RunnerError with its last words."""
    programs = Path(sys.executable).parent
    env = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [str(programs / "npm"), *words]
    done = subprocess.run(command, cwd=UI, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        last = " ".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-3:])[-300:]
        raise RunnerError(f"The web UI could not be built: `npm {' '.join(words)}` in {UI} says: {last}")
