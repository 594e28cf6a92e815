"""What a refusal of PostgreSQL's means to a caller, by its SQLSTATE."""

from __future__ import annotations

import pytest
from pg8000.exceptions import DatabaseError

from parlance.adapters import sql
from parlance.domain.errors import Conflict, Invalid, Unavailable


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("23503", Conflict),  # what it belongs to went meanwhile
        ("23505", Conflict),  # somebody else was first
        ("40P01", Conflict),
        ("23514", Invalid),  # out of a column's bounds
        ("22P05", Invalid),
        ("57014", Unavailable),
    ],
)
def test_what_callers_can_do_something_about_is_told_to_them(state: str, kind: type[Exception]) -> None:
    with pytest.raises(kind), sql._understood():
        raise DatabaseError({"C": state})


def test_a_mistake_of_ours_is_a_crash_that_the_log_tells_of() -> None:
    with pytest.raises(DatabaseError), sql._understood():
        raise DatabaseError({"C": "23502"})
