"""The bot's process, its small real model, and what its messages came to."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
STARTS_WITHIN_S = 600  # with much other work beside; alone it takes half a minute
TRAIN = "import sys, pathlib; from support.models import small_model; print(small_model(pathlib.Path('.'), 'hi'))"


class Talker:
    """A bot that talks; its messages grow as it does."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.messages: list[dict[str, Any]] = []
        self._ready, self._closed = threading.Event(), threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            if line.startswith("{"):
                self.messages.append(json.loads(line))
            elif line.startswith("ready"):
                self._ready.set()
            elif line.startswith("closed"):
                self._closed.set()

    def await_ready(self) -> None:
        """Return when it talks."""
        if not self._ready.wait(STARTS_WITHIN_S):
            raise RuntimeError(f"the bot did not start: exit code {self._process.poll()}")

    def end(self) -> None:
        """Let it finish what it said, and close."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self._closed.wait(300)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(120)


@contextmanager
def talking(folder: Path, endpoints: str, rate: float, *, first: int = 0) -> Iterator[Talker]:
    """Start a bot with these endpoints; its messages are numbered from `first`. It is killed at the end."""
    (folder / "endpoints.yml").write_text(endpoints)
    command = [
        str(PYTHON),
        str(Path(__file__).with_name("bot.py")),
        model(folder),
        "endpoints.yml",
        str(rate),
        str(first),
    ]
    with (folder / "bot.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(folder),
            text=True,
            stderr=log,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
    try:
        talker = Talker(process)
        talker.await_ready()
        yield talker
    finally:
        process.kill()
        process.wait()


def model(folder: Path) -> str:
    """Train the model, once a folder."""
    found = sorted((folder / "models").glob("*.tar.gz"))
    if not found:
        subprocess.run([str(PYTHON), "-c", TRAIN], cwd=folder, env=environment(folder), check=True, capture_output=True)
        found = sorted((folder / "models").glob("*.tar.gz"))
    return str(found[0])


def environment(folder: Path) -> dict[str, str]:
    """Return what Rasa needs: our plugin, a home of its own, no telemetry."""
    path = os.pathsep.join(str(ROOT / part) for part in ("layers/rasa", "layers/rasa/tests"))
    return {**os.environ, "PYTHONPATH": path, "HOME": str(folder), "RASA_TELEMETRY_ENABLED": "false"}
