import base64
import gzip
import json

import pytest
from hypothesis import given, settings, strategies

from parlance_rasa.conversation import LONGEST, column, conversation_key
from parlance_rasa.wire import LARGEST, Turn, body_start, encode_event, pack, turn_body

# a surrogate pair in two halves is the one thing that comes back different: as the character that it means
TEXTS = strategies.text(max_size=20) | strategies.sampled_from(
    ["\x00", "a\ud800", "\udfff b", "\U0001f600", "\x7f\u2028"]
)
VALUES = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.floats() | TEXTS,
    lambda inner: strategies.lists(inner, max_size=4) | strategies.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
FINITE = strategies.recursive(
    strategies.none() | strategies.integers() | strategies.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: strategies.lists(inner, max_size=4) | strategies.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
QUICK = settings(max_examples=60, deadline=None)


def no_constant(name):
    raise AssertionError(name + " is no JSON")


def nowhere(small):
    raise AssertionError("nothing was to be left in S3")


def unpacked(message, bucket):
    envelope = json.loads(message)
    if "claim" in envelope:
        return gzip.decompress(bucket[envelope["claim"]["key"]]).decode("ascii")
    return gzip.decompress(base64.b64decode(envelope["body"])).decode("ascii") if "encoding" in envelope else message


@QUICK
@given(VALUES)
def test_any_event_becomes_strict_ascii_json(value):
    encoded = encode_event({"value": value})

    json.loads(encoded, parse_constant=no_constant)
    assert encoded.isascii()


@QUICK
@given(FINITE)
def test_what_is_json_comes_back_the_same(value):
    assert json.loads(encode_event({"value": value})) == {"value": value}


@QUICK
@given(strategies.lists(strategies.dictionaries(TEXTS, FINITE, max_size=3), max_size=4), TEXTS, strategies.booleans())
def test_a_turns_message_holds_its_parts(events, sender_id, overlap):
    body = turn_body(
        body_start(sender_id, "staging"), Turn(7, None, overlap), [encode_event(event) for event in events]
    )

    assert json.loads(body) == {
        "v": 1,
        "kind": "turn",
        "environment": "staging",
        "sender_id": sender_id,
        "turn": 7,
        "prev_turn": None,
        "overlap": overlap,
        "events": events,
    }


@pytest.mark.parametrize("repeated", [0, 1, 1000, 40_000, 4_000_000])
def test_a_body_of_any_size_fits_and_comes_back(repeated, random_text):
    for body in ('{"a":"%s"}' % ("x" * repeated), '{"a":"%s"}' % random_text(min(repeated, 500_000))):
        bucket = {}

        def leave(small, bucket=bucket):
            bucket["key"] = small
            return {"bucket": "b", "key": "key"}

        message = pack(body, "turn", leave)

        assert len(message) <= LARGEST
        assert unpacked(message, bucket) == body


def test_a_small_body_is_its_own_message():
    assert pack("{}", "turn", nowhere) == "{}"


def test_the_same_body_makes_the_same_message(random_text):
    body = "word " * 200_000

    assert pack(body, "turn", nowhere) == pack(body, "turn", nowhere)


@QUICK
@given(TEXTS | strategies.text(min_size=250, max_size=400))
def test_a_conversations_key_is_storable_short_and_its_own_key(sender_id):
    key = conversation_key(sender_id)

    key.encode("utf-8")
    assert "\x00" not in key
    assert len(key) <= LONGEST
    assert conversation_key(key) == key


@QUICK
@given(strategies.text(alphabet="abcж-_ /'", max_size=LONGEST))
def test_an_ordinary_sender_is_its_own_key(sender_id):
    assert conversation_key(sender_id) == sender_id


def test_long_senders_stay_apart():
    assert conversation_key("a" * 300) != conversation_key("a" * 301)


@QUICK
@given(VALUES)
def test_any_value_fits_a_column(value):
    text = column(value)

    assert text is None or len(text.encode("utf-8").decode("utf-8")) <= LONGEST
