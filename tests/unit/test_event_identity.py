"""An event's identity must never change: a database would hold the same event twice for ever."""

import json
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlance.adapters.copy_lines import lines
from parlance.domain.errors import Invalid
from parlance.domain.events import Event, canonical, identity, storable
from parlance.domain.messages import read

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


@given(st.text(st.characters(codec=None), min_size=1))
def test_copied_line_holds_what_was_sent(text):
    names = {"sender_id": text, "type": text, "exact": text}
    event = Event(id="0" * 32, timestamp=1.5, at=1e300, turn=None, idx=3, data={}, json=b"{}", **names)
    try:
        line = lines([event])
    except UnicodeEncodeError:
        return

    columns = line.decode().removesuffix("\n").split("\t")

    plain = [unescaped(column) for column in columns]
    assert plain == ["0" * 32, "1.5", "1e+300", None, "3", text, text, "{}", text]


def unescaped(column):
    """Read a column as COPY does."""
    if column == "\\N":
        return None
    return "".join(
        {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}[part[0]] + part[1:] if number else part
        for number, part in enumerate(split_escapes(column))
    )


def split_escapes(column):
    parts, rest = [""], column
    while rest:
        if rest[0] == "\\":
            parts.append(rest[1])
            rest = rest[2:]
        else:
            parts[-1] += rest[0]
            rest = rest[1:]
    return parts


@given(st.binary())
def test_arbitrary_bytes_are_refused_or_read_but_never_crash(body):
    with suppress(Invalid):
        read(body, "production")


@given(JSON)
def test_arbitrary_json_is_refused_with_a_reason(value):
    with pytest.raises(Invalid):
        read(msgspec.json.encode({"anything": value}), "production")
