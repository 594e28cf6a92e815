"""Edits of the project's files: judged like an import, written whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from parlance.adapters import training_files as store
from parlance.domain.project import Files, StoredFile, check_sizes
from parlance.domain.project_yaml import inspect
from parlance.domain.training.examples import examples
from parlance.services.project import allowed_packages

if TYPE_CHECKING:
    from collections.abc import Callable


class Author(NamedTuple):
    """Who changed a file last, and when (unix seconds)."""

    user: str
    time: float


def read() -> Files:
    """Return the files of training data, domain and tests."""
    return {row["path"]: row["content"] for row in store.read()}


def read_with_authors() -> tuple[Files, dict[str, Author]]:
    """Return the same, and each file's last author."""
    rows = store.read()
    authors = {row["path"]: Author(row["updated_by"], row["updated_at"]) for row in rows}
    return {row["path"]: row["content"] for row in rows}, authors


def change(edit: Callable[[Files], Files], who: str) -> Files:
    """Write what `edit` makes of the files and return it; raises what `edit` raises, and then nothing is changed."""
    after: Files = {}

    def work(before: Files) -> list[StoredFile]:
        after.update(edit(before))
        changed = {path: text for path, text in after.items() if before.get(path) != text}
        check_sizes(after)
        return [_judged(path, text) for path, text in changed.items()]

    store.change(work, who, lambda: hashes(after))
    return after


def hashes(files: Files) -> list[str]:
    """Return the hash of every example's text."""
    return [example.hash for example in examples(files)]


def _judged(path: str, text: str) -> StoredFile:
    return StoredFile(path=path, content=text, version=0, problems=inspect(path, text, allowed=allowed_packages()))
