"""The agent's memory on disk: a restarted agent finds the processes of the one before it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.agent.wire import Run
from infra.local.folder import read_json, write_private
from infra.local.processes import is_running

if TYPE_CHECKING:
    from infra.local.folder import Folder


class Book:
    """One JSON file and one work folder a task."""

    def __init__(self, folder: Folder) -> None:
        """Keep the book in the state folder."""
        self.place = folder.tasks

    def work_folder(self, task_id: str) -> Path:
        """Return a new task's empty work folder."""
        path = self.place / task_id
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def write(self, run: Run) -> None:
        """Note a task as it is now."""
        write_private(self.place / f"{run.task.id}.json", run)

    def forget_note(self, run: Run) -> None:
        """Remove a task's note; its processes go on in their work folder."""
        (self.place / f"{run.task.id}.json").unlink(missing_ok=True)

    def forget(self, run: Run) -> None:
        """Remove a task's note and its work folders."""
        self.forget_note(run)
        for container in run.containers:
            shutil.rmtree(Path(container.output).parent, ignore_errors=True)
        shutil.rmtree(self.place / run.task.id, ignore_errors=True)

    def runs(self) -> list[Run]:
        """Return the tasks that were noted; unreadable notes are dropped."""
        return [run for path in sorted(self.place.glob("*.json")) if (run := read_json(path, Run))]

    def living(self) -> list[Run]:
        """Return the noted tasks of which a process still runs."""
        return [run for run in self.runs() if any(is_running(one.process) for one in run.containers)]
