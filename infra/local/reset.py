"""`make reset`: deletes what the installation knows."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from infra.local.daemon import stop_all
from infra.local.display import console
from infra.local.failure import RunnerError
from infra.local.folder import folder_of

if TYPE_CHECKING:
    from infra.local.folder import Folder
    from infra.local.settings import Settings

QUESTION = "Delete all conversations, models, users and settings in {root}? Type `yes`: "


def reset(settings: Settings) -> int:
    """Stop everything and delete the state folder; asks unless YES=1. Environments and packages stay."""
    root = folder_of(settings).root
    if not root.exists():
        console.print(f"  {root} is not there: nothing to delete.")
        return 0
    if not looks_like_ours(settings):
        raise RunnerError(f"{root} does not look like a state folder of Parlance, so nothing was deleted.")
    if not (settings.yes or agreed(str(root))):
        console.print("  Nothing was deleted.")
        return 1
    stop_all(folder_of(settings))
    delete(folder_of(settings))
    console.print(f"  {root} is deleted; `make up` makes a new one.")
    return 0


def delete(folder: Folder) -> None:
    """Delete the folder, last of all that by which it is known: an interrupted reset can be repeated."""
    known = (folder.run, folder.logs)
    for path in [path for place in (folder.root, *known) for path in place.iterdir() if path not in known]:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for path in (*known, folder.root):
        path.rmdir()


def looks_like_ours(settings: Settings) -> bool:
    """Tell whether the folder has what we put there, so that a mistyped PARLANCE_STATE costs nothing."""
    folder = folder_of(settings)
    return folder.run.is_dir() and folder.logs.is_dir()


def agreed(root: str) -> bool:
    """Ask; without a terminal the answer is no."""
    if not sys.stdin.isatty():
        console.print("  This deletes data and nobody can be asked: say `make reset YES=1`.")
        return False
    return input(QUESTION.format(root=root)).strip().lower() == "yes"
