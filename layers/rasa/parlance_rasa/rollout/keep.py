"""The last model that worked, kept on disk: a restarted Rasa has it even while the workbench is away."""

import os
import shutil
from typing import NamedTuple, Optional
from urllib.parse import quote, unquote


class Kept(NamedTuple):
    """A model's file and its fingerprint."""

    path: str
    fingerprint: str


class Keep:
    """A folder with at most one model; `models/<fingerprint>/<file>`. Several servers may share it."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def find(self) -> Optional[Kept]:
        """Return the newest kept model; None when there is none."""
        try:
            entries = [entry for entry in os.scandir(self._folder) if not entry.name.endswith(".part")]
            newest = max(entries, key=lambda entry: entry.stat().st_mtime)
            return Kept(next(os.scandir(newest.path)).path, unquote(newest.name))
        except (OSError, ValueError, StopIteration):
            return None

    def put(self, path: str, fingerprint: str) -> None:
        """Keep this model instead of the one before; raises OSError when the disk has no room."""
        target = os.path.join(self._folder, quote(fingerprint, safe=""))
        if os.path.isdir(target):
            os.utime(target)
        else:
            part = "%s.%d.part" % (target, os.getpid())
            os.makedirs(part, mode=0o700)
            shutil.copy(path, part)
            os.rename(part, target)
        for entry in os.scandir(self._folder):
            if entry.path != target:
                shutil.rmtree(entry.path, ignore_errors=True)

    def drop(self, kept: Kept) -> None:
        """Forget a model that does not load."""
        shutil.rmtree(os.path.dirname(kept.path), ignore_errors=True)
