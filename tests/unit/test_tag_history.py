"""Where rolling a tag back leads."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from parlance.domain.tag_history import Move, path_back


def moved(*steps: str) -> list[Move]:
    """`b` is tagged, `<b` is a way back to it, `-` is taken away."""
    causes = {"<": "rolled_back", "-": "untagged"}
    return [
        Move(tag="t", model=step.strip("<-") or None, moved_by="ada", cause=causes.get(step[0], "tagged"))
        for step in steps
    ]


def test_the_way_back_is_the_way_that_was_come() -> None:
    assert path_back(moved("a", "b", "c")) == ["c", "b", "a"]
    assert path_back(moved("a", "b", "c", "<b")) == ["b", "a"]
    assert path_back(moved("a", "b", "c", "<b", "d")) == ["d", "b", "a"]
    assert path_back(moved("a", "b", "-", "b")) == ["b", "a"]
    assert path_back([]) == []


@given(st.lists(st.sampled_from(["a", "b", "c", "<a", "<b", "-"]), max_size=12))
def test_the_way_begins_where_the_tag_is(steps: list[str]) -> None:
    moves = moved(*steps)
    standing = [move.model for move in moves if move.model]

    path = path_back(moves)

    assert (path[0] if path else None) == (standing[-1] if standing else None)
    assert all(one != other for one, other in pairwise(path))
