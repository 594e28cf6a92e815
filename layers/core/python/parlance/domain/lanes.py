"""Which jobs wait for each other: those of one lane, so that seconds never wait behind minutes or hours."""

from __future__ import annotations

from typing import NamedTuple


class Lane(NamedTuple):
    """Kinds of jobs that share places."""

    kinds: tuple[str, ...]
    places: int


SHORT_PLACES = 1
"""At home a short job's Rasa works beside the one that serves and the one that trains."""
MANY_PLACES = 1
"""Jobs that go through all that was said since: minutes."""
GIT_PLACES = 1
"""One project, one repository: git's jobs run one after the other."""


def lanes(long_places: int) -> tuple[Lane, ...]:
    """Return all lanes: trainings and tests of models, what takes a loaded model seconds, what minutes, git."""
    return (
        Lane(("train", "evaluate"), long_places),
        Lane(("parse", "compare"), SHORT_PLACES),
        Lane(("reparse", "conversations"), MANY_PLACES),
        Lane(("git",), GIT_PLACES),
    )
