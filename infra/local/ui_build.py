"""Builds the web UI with the Node.js of our own environment, when its sources have changed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.bootstrap import one_at_a_time
from infra.local.failure import RunnerError
from infra.local.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

UI = ROOT / "functions" / "ui"
SOURCES = ("src", "package.json", "package-lock.json", "build.mjs", "tsconfig.json")
STAMP = "dist/.made-from"


def build_ui(tell: Callable[[str], None]) -> bool:
    """Build the UI unless the built one is of these sources; tells whether it did.

    Two installations of one clone may start at once: whoever waited finds it built, and takes nothing from under the
    other's upload.
    """
    if is_built():
        return False
    with one_at_a_time(UI / "package.json", tell):
        if is_built():
            return False
        tell("npm ci")
        install_packages()
        tell("npm run build")
        made_from = fingerprint(UI)
        npm("run", "build")
        (UI / STAMP).write_text(made_from)
    return True


def is_built() -> bool:
    """Tell whether what is built is of today's sources; any build removes the stamp with the rest."""
    stamp = UI / STAMP
    return (UI / "dist" / "index.html").exists() and stamp.exists() and stamp.read_text() == fingerprint(UI)


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
