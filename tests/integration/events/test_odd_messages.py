"""Whatever a bot may say is stored as it is."""

import gzip
import json

import boto3
import pytest

from functions.events.app import handler
from parlance.adapters import event_store, native
from tests.support import moodbot, reference
from tests.support.turns import BASE, compressed, turn, wrapped


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
        "Ärger " * 200_000,
        "\x7f\x01\u2028",
        "\"\\'",
    ],
    ids=range(9),
)
def test_odd_text_is_stored(database, text):
    message = saying(text)

    assert handler(moodbot.batch([message]), None) == {"batchItemFailures": []}

    assert reference.stored(database) == reference.tables([message])


@pytest.mark.parametrize("text", ["", "ab", "abc", "Ärger! 🙂🙂🙂 ärger", "\n\t", "x" * 9])
def test_a_text_is_found_by_each_three_letters_of_it(module_database, text):
    (row,) = module_database.rows("SELECT trigrams(:text) AS found", text=text)

    assert sorted(row["found"]) == sorted({text.lower()[place : place + 3] for place in range(len(text) - 2)})


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


TIMES = [
    *(4.35, 1_795_342_492.290_000_2, 0.1 + 0.2, 1e300, -1e300, 5e-324, 2.225e-308, 0.0, -0.0, -1.5, 1e22),
    *(0, -7, 1_700_000_000, 2**53 + 1, 10**22, 123_456_789_012_345_678_901, 10**300),
]


@pytest.mark.parametrize("latest", [1e300, 123_456_789_012_345_678_901, -1.5, 5e-324])
def test_an_event_is_found_again_by_its_exact_time(database, latest):
    times = [at for at in TIMES if at <= latest]
    told = [{"event": "bot", "timestamp": at, "text": f"{number}"} for number, at in enumerate(times)]
    lone = [{"sender_id": "web-1", **event} for event in told]
    messages = [*lone, turn(events=told)]

    for batch in (lone, messages, [*messages, *messages], lone):
        assert handler(moodbot.batch(batch), None) == {"batchItemFailures": []}

    assert reference.stored(database) == reference.tables(messages)
    assert database.rows("SELECT count(*) AS n FROM events WHERE turn IS NOT NULL") == [{"n": len(times)}]


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

    assert environments(database) == ["worker"]


ODD_NAMES = {"lone \ud800": "lone \ufffd", "\ude00\ud83d": "\ufffd\ufffd", "N\0": "N\ufffd", "x" * 300: "x" * 255}


@pytest.mark.parametrize(
    "record",
    [
        lambda name, number: moodbot.record(turn(number, environment=name), number),
        lambda name, number: moodbot.record(lone(), number, environment=name),
        lambda name, number: moodbot.record(wrapped(lone(), app_id={"Type": "String", "Value": name}), number),
    ],
    ids=["turn", "queue", "topic"],
)
def test_odd_environment_is_stored_with_all_that_came_beside_it(database, record):
    odd = [record(name, number) for number, name in enumerate(ODD_NAMES)]

    assert handler({"Records": [*odd, moodbot.record(turn(9), 9)]}, None) == {"batchItemFailures": []}

    assert environments(database) == sorted([*ODD_NAMES.values(), "production"])
    assert database.rows("SELECT FROM dead_letters") == []


def lone():
    return {"sender_id": "web-1", "event": "bot", "timestamp": 1e9, "text": "hi"}


def environments(database):
    """Return the names of those that conversations have come from."""
    names = database.rows("SELECT substr(name, 13) AS value FROM name_counts WHERE name LIKE 'environment:%'")
    return sorted(row["value"] for row in names)


def test_statements_do_not_grow_with_the_batch(database):
    turns = moodbot.turns(moodbot.events()[:4000])
    counts = [statements(turns[:1]), statements(turns[1:2]), statements(turns[2:50])]
    large = [statements(turns[50:450]), statements(turns[450:] + turns[:450])]

    assert counts[0] + 1 == counts[1] == counts[2] <= 12  # who has no events yet is not asked for sessions
    assert counts[2] < large[0] <= counts[2] + 4 * (event_store.PARTS - 1)
    assert len(turns) > 600
    assert large[1] <= 12 + 4 * event_store.PARTS


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
