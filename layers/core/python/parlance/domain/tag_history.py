"""Where a tag has been, and where rolling it back leads."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

Cause = Literal["tagged", "trained", "untagged", "rolled_back", "refused"]
BACKWARDS = frozenset({"rolled_back", "refused"})


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """A tag's step to another model (None: taken away). `refused` went back by itself: a Rasa could not load it."""

    tag: str
    model: str | None
    moved_by: str
    cause: Cause = "tagged"
    reason: str = ""
    previous: str | None = None
    moved_at: datetime | None = None


def path_back(moves: Iterable[Move]) -> list[str]:
    """Return the models that rolling back leads to, the next one first; `moves` are a tag's, the oldest first.

    A way back is no way forward: rolling back twice leads two models back, not to and fro.
    """
    path: list[str] = []
    for move in moves:
        if move.model is None:
            continue
        while move.cause in BACKWARDS and path and path[-1] != move.model:
            path.pop()
        if not path or path[-1] != move.model:
            path.append(move.model)
    return path[::-1]
