"""An event's identity must never change: a database would hold the same event twice for ever."""

import json
from contextlib import suppress
from struct import unpack_from

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlance.adapters.copy_rows import HEADER, TRAILER, rows
from parlance.domain.errors import Invalid
from parlance.domain.events import Event, canonical, identity, storable
from parlance.domain.message_json import parse
from parlance.domain.messages import content, read
from parlance.domain.turns import sealed

GOLDEN = {
    "event": "user",
    "timestamp": 1795342492.2901025,
    "text": 'Zoë said "hi" / 🙂\n\u2028\x7f',
    "numbers": [0, -0.0, 1.0, 1e16, 1e22, 1.5e-7, 0.00001, 123456789012345678, 10**30, 5e-324, 1.7976931348623157e308],
    "nested": {"b": None, "a": [True, False, {}], "é": [], "Z": ""},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_canonical_form_is_this_one():
    assert canonical(GOLDEN).decode() == (
        '{"event":"user","nested":{"Z":"","a":[true,false,{}],"b":null,"é":[]},"numbers":[0,-0.0,1.0,1e16,1e22,1.5e-7,'
        "0.00001,123456789012345678,1000000000000000000000000000000,5e-324,1.7976931348623157e308],"
        '"text":"Zoë said \\"hi\\" / 🙂\\n\u2028\x7f","timestamp":1795342492.2901025}'
    )


def test_identity_is_this_one():
    assert identity("web-1", canonical({"event": "bot"})) == "3b32c7d90ee1062e5f0e8b6b5aac9a16"
    assert identity("web-1", canonical(GOLDEN)) == "4b7687515d20b86b96bf690cddd91498"


def test_lone_surrogates_have_a_form_too():
    assert canonical({"b": "\ud83d", "a": "é"}) == b'{"a":"\\u00e9","b":"\\ud83d"}'


@given(st.dictionaries(st.text(), JSON))
def test_canonical_form_says_the_same_and_is_its_own(data):
    text = canonical(data)

    again = json.loads(text)

    assert again == data
    assert canonical(again) == text
    assert canonical(dict(reversed(data.items()))) == text


@given(st.dictionaries(st.text(), JSON))
def test_storable_form_differs_only_where_postgres_refuses(data):
    found = json.loads(storable(canonical(data)))

    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    if "\\u0000" not in text and not any("\ud800" <= character <= "\udfff" for character in text):
        assert found == data
    assert b"\\u0000" not in storable(canonical({"a": text.replace("\\", "")}))


@given(st.text(min_size=1), st.none() | st.integers(-(2**63), 2**63 - 1))
def test_copied_row_holds_what_was_sent(text, turn):
    names = {"sender_id": text, "type": text, "exact": text if turn else None}
    event = Event(id="0f" * 16, timestamp=1.5, at=1e300, turn=turn, idx=turn and 3, data={}, json=b"{}", **names)

    read = columns(rows([event]))

    place = [None, None] if turn is None else [turn.to_bytes(8, signed=True), (turn and 3).to_bytes(4)]
    told = text.encode()
    assert [unpack_from(">d", value)[0] for value in read[1:3]] == [1.5, 1e300]
    assert [read[0], *read[3:]] == [b"\x0f" * 16, *place, told, told, b"\x01{}", told if turn else None]


def columns(row):
    """Read a row of COPY's binary format as its documentation tells."""
    (count,) = unpack_from(">h", row)
    place, values = 2, []
    for _ in range(count):
        (length,) = unpack_from(">i", row, place)
        place += 4
        values.append(None if length < 0 else row[place : place + length])
        place += max(length, 0)
    assert place == len(row)
    return values


def test_stream_of_rows_begins_and_ends_as_documented():
    assert [b"PGCOPY\n\xff\r\n\0" + (0).to_bytes(8), (-1).to_bytes(2, signed=True)] == [HEADER, TRAILER]


PLAIN = {"v": 1, "kind": "turn", "environment": "e", "sender_id": "s", "turn": 2, "prev_turn": 1, "overlap": True}


@given(
    st.dictionaries(
        st.sampled_from([*PLAIN, "encoding", "claim", "Type"]),
        st.sampled_from([None, True, "turn", "none", "gzip", "", 7, 1.0, 2**63, [], {"bucket": "b", "key": "k"}]),
        max_size=4,
    ),
    st.sampled_from([[], [{"event": "bot", "text": "\ud83d"}], [1.5], "[]", None, {"event": "bot"}]),
)
def test_message_that_is_opened_quickly_says_what_it_says_when_it_is_read_whole(odd, events):
    body = json.dumps({**PLAIN, "events": events, **odd})
    with suppress(Invalid):
        quick = sealed(body, "production")
        if quick is not None:
            whole = content(json.loads(body), "production", quick.size)
            assert msgspec.structs.replace(quick, told=parse(quick.told)) == whole
            assert odd.get("encoding") != "gzip"


@given(st.binary())
def test_arbitrary_bytes_are_refused_or_read_but_never_crash(body):
    with suppress(Invalid):
        read(body, "production")


@given(JSON)
def test_arbitrary_json_is_refused_with_a_reason(value):
    with pytest.raises(Invalid):
        read(msgspec.json.encode({"anything": value}), "production")
