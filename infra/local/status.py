"""What the supervisor tells about itself and its parts, through one file in the state folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from infra.local.folder import read_json
from infra.local.processes import Record, is_running

if TYPE_CHECKING:
    from infra.local.folder import Folder

State = Literal["waiting", "starting", "running", "restarting", "failed", "stopped"]


class PartStatus(msgspec.Struct, frozen=True):
    """One part: its process, how often it was restarted, and in words what last went wrong."""

    state: State = "waiting"
    process: Record | None = None
    restarts: int = 0
    message: str = ""


class Status(msgspec.Struct, frozen=True):
    """The supervisor's process and its parts by name."""

    supervisor: Record
    parts: dict[str, PartStatus]

    def first_failure(self) -> str:
        """Return the words of the first part that was given up, or nothing."""
        return next((part.message for part in self.parts.values() if part.state == "failed"), "")

    def state_of(self, name: str) -> State:
        """Return a part's state; a supervisor that has just started has not written any yet."""
        return self.parts.get(name, PartStatus()).state

    def all_running(self) -> bool:
        """Tell whether every part runs and has answered."""
        return bool(self.parts) and all(part.state == "running" for part in self.parts.values())


def last_status(folder: Folder) -> Status | None:
    """Return what the last supervisor wrote, whether or not it still runs."""
    return read_json(folder.status, Status)


def current_status(folder: Folder) -> Status | None:
    """Return the status of a supervisor that runs now."""
    status = last_status(folder)
    return status if status and is_running(status.supervisor) else None
