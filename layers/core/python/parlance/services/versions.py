"""Objects that two may edit at once: the second writer is told, and overwrites nothing in silence."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from parlance.adapters.sql import take_turns, transaction
from parlance.domain.errors import NotFound
from parlance.domain.training.etags import require, tag_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FILES = "project_files"
"""The turn of all training data: the one that edits of the project's files take."""


@contextmanager
def unchanged(turn: str, read: Callable[[], Any], if_match: str | None) -> Iterator[None]:
    """Keep other changes of this turn away until the block's own is stored.

    Raises PreconditionFailed when `read` finds an object with another entity tag, or none, and `if_match` names one.
    """
    with transaction():
        take_turns(turn)
        if if_match:
            require(_tag(read), if_match)
        yield


def _tag(read: Callable[[], Any]) -> str | None:
    try:
        found = read()
    except NotFound:
        return None
    return None if found is None else tag_of(found)
