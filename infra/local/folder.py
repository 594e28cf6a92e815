"""The state folder: where each thing of the installation lives, readable by its owner only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from infra.local.failure import RunnerError, in_words

if TYPE_CHECKING:
    from infra.local.settings import Settings

T = TypeVar("T")


class Folder:
    """Names of files and folders below the state folder; `make` creates the folders."""

    def __init__(self, root: str | Path) -> None:
        """Point at a state folder, which need not exist yet."""
        self.root = Path(root)
        self.postgres = self.root / "pg"
        self.emulator = self.root / "emulator"
        self.logs = self.root / "logs"
        self.run = self.root / "run"
        self.tasks = self.root / "tasks"
        self.packages = self.root / "packages"
        self.secrets = self.root / "secrets.json"
        self.status = self.run / "status.json"
        self.settings = self.run / "settings.json"
        self.deployment = self.run / "deployment.json"
        self.imported = self.run / "imported.json"

    def make(self) -> Folder:
        """Create the folders, for this user's eyes only; raises RunnerError when that cannot be."""
        try:
            for path in (self.root, self.emulator, self.logs, self.run, self.tasks, self.packages):
                path.mkdir(parents=True, exist_ok=True, mode=0o700)
                path.chmod(0o700)
        except OSError as error:
            raise RunnerError(
                f"The state folder {self.root} cannot be used ({in_words(error)}):"
                " set PARLANCE_STATE to a folder that you can write."
            ) from error
        return self


def folder_of(settings: Settings) -> Folder:
    """Return the installation's state folder."""
    return Folder(settings.state)


def write_private(path: Path, value: Any) -> None:
    """Replace a JSON file in one step, with mode 600: readers see the old text or the new, never a part."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(value), indent=1))
    Path(temporary).replace(path)


def read_json(path: Path, kind: type[T]) -> T | None:
    """Return a JSON file's content as `kind`; None when it is not there (yet) or not whole."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
        return None
