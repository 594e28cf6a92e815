"""Which jobs wait for each other: those of one lane, so that seconds never wait behind hours."""

from __future__ import annotations

from typing import NamedTuple


class Lane(NamedTuple):
    """Kinds of jobs that share places."""

    kinds: tuple[str, ...]
    places: int


SHORT_PLACES = 1
"""At home a short job's Rasa works beside the one that serves and the one that trains."""
GIT_PLACES = 1
"""One project, one repository: git's jobs run one after the other."""


def lanes(long_places: int) -> tuple[Lane, ...]:
    """Return all lanes: trainings and tests of models, what takes a loaded model some seconds, git."""
    return (
        Lane(("train", "evaluate"), long_places),
        Lane(("parse", "reparse", "compare", "conversations"), SHORT_PLACES),
        Lane(("git",), GIT_PLACES),
    )
