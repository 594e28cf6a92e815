"""Whatever a bot may say is stored as it is; what can never be stored is named, and harms nobody else."""

import base64
import gzip
import json
from types import SimpleNamespace

import boto3
import pytest

from functions.events.app import handler
from parlance.adapters import aws, event_store, native
from parlance.domain.errors import Unavailable
from tests.support import moodbot, reference

BASE = 1_700_000_000_000


def turn(number=0, sender="web-1", events=None, **fields):
    told = events or [
        {"event": "user", "timestamp": 1_700_000_000.5 + number, "text": f"hi {number}", "input_channel": "rest"}
    ]
    return {**moodbot.message(sender, BASE + number, None, told), **fields}


def saying(text, number=0):
    return turn(
        number, events=[{"event": "user", "timestamp": 1_700_000_000.25, "text": text, "input_channel": "rest"}]
    )


@pytest.mark.parametrize(
    "text",
    [
        "NUL \0 inside",
        "\0",
        "lone \ud83d here",
        "\ude00\ud83d",
        "🙂 👩‍👩‍👧 ",
        "\\u0000",
        "x" * 100_000,
        "\x7f\x01\u2028",
        "\"\\'",
    ],
    ids=range(9),
)
def test_odd_text_is_stored(database, text):
    message = saying(text)

    assert handler(moodbot.batch([message]), None) == {"batchItemFailures": []}

    assert reference.stored(database) == reference.tables([message])


def test_exact_text_stays_readable_where_postgres_cannot_hold_it(database):
    handler(moodbot.batch([saying("a\0b\ud83d")]), None)

    (event,) = database.rows("SELECT data ->> 'text' AS shown, exact FROM events")
    assert event["shown"] == "a\ufffdb\ufffd"
    assert json.loads(event["exact"])["text"] == "a\0b\ud83d"


def test_unknown_event_type_and_far_future_are_stored(database):
    message = turn(events=[{"event": "levitation", "timestamp": 9e15, "height": 1e300, "deep": [[[[{"a": {}}]]]]}])

    assert handler(moodbot.batch([message]), None) == {"batchItemFailures": []}

    assert reference.stored(database) == reference.tables([message])
    assert database.rows("SELECT latest_event_time FROM conversations") == [{"latest_event_time": 9e15}]


@pytest.mark.parametrize("size", [1, 5])
def test_large_turn_is_stored(database, size):
    events = [{"event": "bot", "timestamp": 1e9 + n, "text": "ü🙂" * 1024, "data": {"n": n}} for n in range(size * 171)]
    message = turn(events=events)
    assert len(json.dumps(message, ensure_ascii=False).encode()) > size * 1024 * 1024

    assert handler(moodbot.batch([message]), None) == {"batchItemFailures": []}

    assert reference.stored(database) == reference.tables([message])


def long_turn(number):
    """Fifty events: a message, what was predicted, much that was said; every hundredth one opens a session."""
    at = 1_700_000_000.0 + number
    said = {"event": "user", "timestamp": at, "text": f"hi {number % 7}", "input_channel": "rest"}
    done = {"event": "action", "timestamp": at, "name": "utter_hi", "policy": "RulePolicy", "confidence": 1.0}
    first = {"event": "session_started", "timestamp": at} if number % 100 == 0 else done
    return turn(
        number, events=[first, said, *({"event": "bot", "timestamp": at, "text": f"{number}.{i}"} for i in range(48))]
    )


def test_fifty_thousand_events_of_one_conversation(database):
    turns = [long_turn(number) for number in range(1000)]

    for start in range(0, 1000, 100):
        assert handler(moodbot.batch(turns[start : start + 100]), None) == {"batchItemFailures": []}

    assert reference.stored(database) == reference.tables(turns)
    in_order = database.rows("SELECT turn, idx FROM events ORDER BY at, turn, idx")
    assert in_order == [{"turn": BASE + number, "idx": idx} for number in range(1000) for idx in range(50)]


def compressed(message):
    body = base64.b64encode(gzip.compress(json.dumps(message).encode())).decode()
    return {"v": 1, "kind": "turn", "encoding": "gzip", "body": body}


def wrapped(message):
    return {"Type": "Notification", "Message": json.dumps(message), "TopicArn": "arn:aws:sns:us-east-1:0:events"}


@pytest.mark.parametrize("wrap", [compressed, wrapped, lambda message: wrapped(compressed(message))])
def test_every_wrapping_gives_the_same_rows(database, wrap):
    message = turn()

    handler(moodbot.batch([wrap(message)]), None)

    assert reference.stored(database) == reference.tables([message])


def test_claimed_turn_is_collected_from_our_bucket_only(database, cloud, monkeypatch):
    bucket = f"parlance-test-{database.name.replace('_', '-')}"
    monkeypatch.setenv("DATA_BUCKET", bucket)
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="claims/1.json.gz", Body=gzip.compress(json.dumps(turn()).encode()))
    claims = [
        {"v": 1, "kind": "turn", "claim": {"bucket": bucket, "key": "claims/1.json.gz"}},
        {"v": 1, "kind": "turn", "claim": {"bucket": bucket, "key": "claims/2.json.gz"}},
        {"v": 1, "kind": "turn", "claim": {"bucket": "somebody-elses", "key": "claims/1.json.gz"}},
        {"v": 1, "kind": "turn", "claim": {"bucket": bucket, "key": "projects/secret.gz"}},
    ]

    assert handler(moodbot.batch(claims), None) == {"batchItemFailures": []}

    reasons = sorted(letter["reason"] for letter in database.rows("SELECT reason FROM dead_letters"))
    assert reasons == ["the claim is not on an object of this installation"] * 2 + ["the claimed object does not exist"]
    assert reference.stored(database) == reference.tables([turn()])


def test_environment_comes_from_the_queue_where_the_message_is_silent(database):
    event = {"sender_id": "web-1", "event": "bot", "timestamp": 1e9, "text": "hi"}

    handler({"Records": [moodbot.record(event, environment="worker")]}, None)

    assert database.rows("SELECT kind, value FROM seen_names") == [{"kind": "environment", "value": "worker"}]


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


def test_statements_do_not_grow_with_the_batch(database):
    turns = moodbot.turns(moodbot.events()[:2000])
    counts = [statements(turns[:1]), statements(turns[1:2]), statements(turns[2:])]

    assert counts[0] == counts[1] == counts[2] <= 12


def statements(turns):
    """Return how many statements storing these turns takes."""
    count = 0

    def work(run):
        def counting(sql, **values):
            nonlocal count
            count += 1
            return run(sql, **values)

        return event_store.write(counting, [event_turn(turn) for turn in turns])

    native.transact(event_store.settings().database_secret, work)
    return count


def event_turn(message):
    from parlance.domain.messages import read

    return read(json.dumps(message), "production")
