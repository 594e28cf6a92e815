"""Query strings by the contract's rules."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.api.query import parse
from parlance.domain.conversations import Cursor, Listing, decode_cursor
from parlance.domain.errors import Invalid


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1800000000", 1_800_000_000.0),
        ("1800000000.25", 1_800_000_000.25),
        ("2027-01-15T08:00:00Z", 1_800_000_000.0),
        ("2027-01-15T08:00:00", 1_800_000_000.0),
        ("2027-01-15T09:00:00+01:00", 1_800_000_000.0),
        ("2027-01-15", 1_799_971_200.0),
    ],
)
def test_times_are_unix_seconds_or_iso(text, seconds):
    assert parse(Listing, {"start": text}).start == seconds


@pytest.mark.parametrize(("text", "flag"), [("true", True), ("True", True), ("1", False), ("no", False)])
def test_true_is_true_and_anything_else_is_false(text, flag):
    assert parse(Listing, {"is_flagged": text}).is_flagged is flag


def test_commas_separate_and_blanks_fall_away():
    assert parse(Listing, {"intent": "a, b,,c,"}).intent == ("a", "b", "c")


def test_an_empty_parameter_is_no_filter():
    assert parse(Listing, {"start": "", "intent": "", "limit": ""}) == Listing()


NAMES = [field.encode_name for field in msgspec.structs.fields(Listing)]


@given(st.dictionaries(st.sampled_from(NAMES), st.text()))
def test_whatever_is_sent_is_read_or_refused_by_name(sent):
    refusal = refused(sent)

    assert refusal is None or any(name in refusal.message for name in sent)


def refused(sent):
    try:
        parse(Listing, sent)
    except Invalid as error:
        return error


@given(st.text())
def test_a_bent_cursor_is_refused(text):
    with pytest.raises(Invalid):
        decode_cursor(text, Listing())


@given(st.floats(allow_nan=False, allow_infinity=False), st.text(st.characters(codec="utf-8")))
def test_a_cursor_comes_back_as_it_went(value, sender):
    cursor = Cursor("time", False, value, sender)

    assert decode_cursor(cursor.encode(), Listing()) == cursor
