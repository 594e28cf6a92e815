"""Rules of identity that need no database: levels, grants, and what makes two calls the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlance.domain.errors import Invalid
from parlance.domain.idempotency import hash_call
from parlance.domain.permissions import CATEGORIES, MODIFY, ROLES, VIEW, scopes_of
from parlance.domain.roles import BUILT_IN, Level, Role, describe, kept

GRANTS = st.dictionaries(st.sampled_from(sorted(CATEGORIES)), st.sampled_from([VIEW, MODIFY]))


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (Level(), None),
        (Level(view=True), VIEW),
        (Level(modify=True), MODIFY),
        (Level(view=True, modify=True), MODIFY),
    ],
)
def test_to_modify_is_also_to_view(level, expected):
    assert level.kept == expected


@given(GRANTS)
def test_what_is_shown_of_a_role_can_be_sent_back(grants):
    shown = describe(Role(role="r", grants=grants))["grants"]

    sent = {project: {name: Level(**level) for name, level in levels.items()} for project, levels in shown.items()}
    assert kept(sent) == grants


@given(GRANTS)
def test_an_own_role_never_grants_more_than_an_administrator_has(grants):
    assert scopes_of(("r",), {"r": grants}) <= scopes_of(("admin",))


@given(GRANTS)
def test_an_own_role_cannot_take_the_place_of_a_built_in_one(grants):
    assert scopes_of(("tester",), {"tester": grants}) == scopes_of(("tester",))


def test_a_category_that_is_gone_grants_nothing():
    assert scopes_of(("r",), {"r": {"of another release": MODIFY}}) == frozenset()


@pytest.mark.parametrize("given_grants", [{"elsewhere": {}}, {"default": {"nonsense": Level(view=True)}}])
def test_unknown_projects_and_categories_are_refused(given_grants):
    with pytest.raises(Invalid, match=r"elsewhere|nonsense"):
        kept(given_grants)


def test_every_built_in_role_is_described():
    assert BUILT_IN.keys() == ROLES.keys()
    assert all(describe(role)["built_in"] for role in BUILT_IN.values())


@given(st.lists(st.binary(max_size=4), max_size=4), st.lists(st.binary(max_size=4), max_size=4))
def test_two_calls_have_one_hash_only_when_every_part_is_equal(one, other):
    assert (hash_call(*one) == hash_call(*other)) == (one == other)
