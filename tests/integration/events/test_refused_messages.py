"""What can never be stored is named, and harms nobody else."""

import json
import struct
from types import SimpleNamespace

import pytest

from functions.events.app import handler
from parlance.adapters import aws, event_store, event_stream, native
from parlance.domain.errors import Unavailable
from tests.support import moodbot, reference
from tests.support.turns import BASE, turn, wrapped

REFUSED = {
    "not JSON": "{",
    "no object": "[1]",
    "no event": {"hello": "world"},
    "no sender": {"event": "bot", "timestamp": 1.0},
    "no timestamp": {"sender_id": "a", "event": "bot"},
    "NaN": '{"sender_id": "a", "event": "bot", "timestamp": NaN}',
    "infinite": '{"sender_id": "a", "event": "bot", "timestamp": 1e999}',
    "NUL in the key": {"sender_id": "a\0", "event": "bot", "timestamp": 1.0},
    "long key": {"sender_id": "a" * 256, "event": "bot", "timestamp": 1.0},
    "surrogate in the key": {"sender_id": "\ud83d", "event": "bot", "timestamp": 1.0},
    "turn is text": turn(turn="1"),
    "turn is huge": turn(turn=2**63),
    "one event is bad": turn(events=[{"event": "bot", "timestamp": 1.0}, {"event": "bot"}]),
    "no gzip": {"kind": "turn", "encoding": "gzip", "body": "aGVsbG8="},
    "no base64": {"kind": "turn", "encoding": "gzip", "body": "?"},
    "no claim": {"kind": "turn", "claim": {"bucket": 1}},
    "too deep": '{"sender_id": "a", "event": "bot", "timestamp": 1.0, "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "nested wrappers": wrapped(wrapped(wrapped(wrapped(turn())))),
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_unreadable_message_is_refused_with_a_reason(database, body):
    batch = moodbot.batch([turn(1), body, turn(2)])

    answer = handler(batch, None)

    assert answer == {"batchItemFailures": []}
    (letter,) = database.rows("SELECT body, reason, redriven_at FROM dead_letters")
    assert letter["body"] == batch["Records"][1]["body"]
    assert letter["reason"]
    assert reference.stored(database) == reference.tables([turn(1), turn(2)])


def poison(database, number):
    """Let the database refuse one turn for ever, as it would a value that nobody foresaw."""
    database.rows(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'not this one' USING ERRCODE = '22023'; END $$"
    )
    database.rows(
        f"CREATE TRIGGER refuse BEFORE INSERT ON turns FOR EACH ROW WHEN (NEW.turn = {number})"
        " EXECUTE FUNCTION refuse()"
    )


def test_one_poison_in_five_hundred_leaves_499_stored(database):
    turns = [turn(n, sender=f"web-{n % 40}") for n in range(500)]
    poison(database, BASE + 321)

    answer = handler(moodbot.batch(turns), None)

    assert answer == {"batchItemFailures": []}
    assert reference.stored(database) == reference.tables(turns[:321] + turns[322:])
    (letter,) = database.rows("SELECT body, reason FROM dead_letters")
    assert json.loads(letter["body"]) == turns[321]
    assert "not this one" in letter["reason"]


def breaking(error, monkeypatch, place):
    """Let our own side of one statement break at one turn, as it would with a value that nobody foresaw."""
    known = getattr(event_store, place)

    def broken(value, *more):
        if "hi 321" in str(value):
            raise error
        return known(value, *more)

    monkeypatch.setattr(event_store, place, broken)


SURPRISES = [
    UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    RecursionError("too deep"),
    struct.error("int too large to convert"),
]


@pytest.mark.parametrize("error", SURPRISES, ids=lambda error: type(error).__name__)
def test_value_that_breaks_our_own_side_is_refused_alone(database, monkeypatch, error):
    turns = [turn(n, sender=f"web-{n % 40}") for n in range(500)]
    breaking(error, monkeypatch, "encode")

    answer = handler(moodbot.batch(turns), None)

    assert answer == {"batchItemFailures": []}
    (letter,) = database.rows("SELECT body, reason FROM dead_letters")
    assert json.loads(letter["body"]) == turns[321]
    assert type(error).__name__ in letter["reason"]
    assert reference.stored(database) == reference.tables(turns[:321] + turns[322:])


@pytest.mark.parametrize("error", SURPRISES[1:], ids=lambda error: type(error).__name__)
def test_value_that_breaks_a_copy_is_refused_alone(database, monkeypatch, error):
    turns = [turn(n) for n in range(50)]
    known = event_stream.rows

    def broken(events):
        if any(event.data["text"] == "hi 32" for event in events):
            raise error
        return known(events)

    monkeypatch.setattr(event_stream, "rows", broken)

    assert handler(moodbot.batch(turns), None) == {"batchItemFailures": []}

    (letter,) = database.rows("SELECT body FROM dead_letters")
    assert json.loads(letter["body"]) == turns[32]
    assert reference.stored(database) == reference.tables(turns[:32] + turns[33:])


def test_consumer_killed_between_letter_and_acknowledgement_leaves_one_letter(database):
    poison(database, BASE + 1)
    batch = moodbot.batch([turn(0), turn(1)])
    handler(batch, None)  # its answer was never heard, so the queue delivers all of it again
    first = database.rows("SELECT id, body, reason FROM dead_letters")

    assert handler(batch, None) == {"batchItemFailures": []}

    assert database.rows("SELECT id, body, reason FROM dead_letters") == first
    assert len(first) == 1
    assert reference.stored(database) == reference.tables([turn(0)])


def test_refused_message_comes_again_when_its_letter_cannot_be_kept(database, monkeypatch):
    monkeypatch.setattr(native, "PAUSES", ())
    database.rows("ALTER TABLE dead_letters RENAME TO elsewhere")

    with pytest.raises(Unavailable):
        handler(moodbot.batch([turn(0), "{"]), None)
    database.rows("ALTER TABLE elsewhere RENAME TO dead_letters")
    assert handler(moodbot.batch([turn(0), "{"]), None) == {"batchItemFailures": []}

    assert [letter["body"] for letter in database.rows("SELECT body FROM dead_letters")] == ["{"]
    assert reference.stored(database) == reference.tables([turn(0)])


def test_poison_fixed_before_its_next_delivery_is_stored_and_its_letter_closed(database):
    poison(database, BASE + 1)
    batch = moodbot.batch([turn(0), turn(1)])
    handler(batch, None)  # killed before it could acknowledge
    database.rows("DROP TRIGGER refuse ON turns")
    batch["Records"][1]["attributes"]["ApproximateReceiveCount"] = "2"

    assert handler(batch, None) == {"batchItemFailures": []}

    assert reference.stored(database) == reference.tables([turn(0), turn(1)])
    assert database.rows("SELECT redriven_at IS NULL AS open FROM dead_letters") == [{"open": False}]


def test_lost_connection_is_made_again(database):
    handler(moodbot.batch([turn(1)]), None)
    database.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    assert handler(moodbot.batch([turn(2)]), None) == {"batchItemFailures": []}

    assert reference.stored(database) == reference.tables([turn(1), turn(2)])


def test_changed_password_is_read_again(database, monkeypatch):
    right = database.server.secret(database.name)
    answers = iter([{**right, "password": "before"}, right])
    client = SimpleNamespace(get_secret_value=lambda **_query: {"SecretString": json.dumps(next(answers))})
    monkeypatch.setattr(aws, "client", lambda _service: client)

    assert handler(moodbot.batch([turn(1)]), None) == {"batchItemFailures": []}

    assert next(answers, None) is None


def test_missing_table_postpones_the_batch_and_condemns_nothing(database):
    database.rows("ALTER TABLE turns RENAME TO elsewhere")

    with pytest.raises(Unavailable):
        handler(moodbot.batch([turn(1)]), None)

    assert database.rows("SELECT FROM dead_letters") == []
    assert database.rows("SELECT FROM conversations") == []
