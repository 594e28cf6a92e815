"""What Rasa committed and nobody heard of arrives after all, once."""

import json
import time
from contextlib import closing
from pathlib import Path

import boto3
import pytest

from functions.events.app import handler as consume
from functions.sweep.app import handler
from parlance.domain.errors import Unavailable
from tests.support import moodbot, queues, reference

SCHEMA = Path(__file__).parents[3] / "layers/rasa/parlance_rasa/schema.sql"
STOCK = """
CREATE TABLE events (
    id serial PRIMARY KEY, sender_id varchar(255) NOT NULL, type_name varchar(255) NOT NULL,
    timestamp double precision, intent_name varchar(255), action_name varchar(255), data text
)
"""


def recent_turns(count):
    """Real turns, as if they had happened ten minutes ago."""
    turns = moodbot.turns(moodbot.events()[:400])[:count]
    shift = time.time() - 600 - turns[0]["events"][0]["timestamp"]
    return [
        {**turn, "events": [{**event, "timestamp": event["timestamp"] + shift} for event in turn["events"]]}
        for turn in turns
    ]


def save(tracker, turns, *, stock=False, schema="public"):
    """Write turns as Rasa would: our plugin with its tables, or stock Rasa without."""
    with closing(tracker.connect()) as connection:
        connection.run(f"CREATE SCHEMA IF NOT EXISTS {schema}; SET search_path TO {schema}")
        connection.run(STOCK if stock else SCHEMA.read_text())
        for turn in turns:
            (ids,) = zip(
                *connection.run(WRITE_EVENTS, sender=turn["sender_id"], events=json.dumps(turn["events"])), strict=True
            )
            if not stock:
                place = {"turn": turn["turn"], "previous": turn["prev_turn"], "first": min(ids), "last": max(ids)}
                connection.run(WRITE_TURN, sender=turn["sender_id"], **place)


WRITE_EVENTS = """
INSERT INTO events (sender_id, type_name, timestamp, data)
SELECT :sender, event ->> 'event', (event ->> 'timestamp')::float8, event::text
FROM json_array_elements(CAST(:events AS json)) WITH ORDINALITY AS told (event, idx) ORDER BY idx
RETURNING id
"""
WRITE_TURN = """
INSERT INTO parlance_turns (sender_id, turn, prev_turn, overlap, first_event_id, last_event_id)
VALUES (:sender, :turn, :previous, false, :first, :last)
"""


def leave_in_outbox(tracker, turn, age):
    tracker.rows(
        "INSERT INTO parlance_outbox (sender_id, turn, body, created_at)"
        " VALUES (:sender, :turn, :body, now() - make_interval(secs => :age))",
        sender=turn["sender_id"], turn=turn["turn"], body=json.dumps(turn), age=age,
    )  # fmt: skip


def test_turns_that_were_never_sent_are_sent_once_they_are_old(tracker, topic):
    turns = recent_turns(12)
    save(tracker, turns)
    for turn in turns[:11]:
        leave_in_outbox(tracker, turn, age=31)
    leave_in_outbox(tracker, turns[11], age=1)

    assert handler({}, None)["sent"] == 11
    assert handler({}, None)["sent"] == 0

    assert sorted(queues.body(record)["turn"] for record in topic.received()) == [turn["turn"] for turn in turns[:11]]
    assert tracker.rows("SELECT turn FROM parlance_outbox") == [{"turn": turns[11]["turn"]}]


def test_outbox_rows_that_rasa_is_sending_are_left_alone(tracker, topic):
    turn, locked = recent_turns(2)
    save(tracker, [turn, locked])
    for one in (turn, locked):
        leave_in_outbox(tracker, one, age=60)
    rasa = tracker.connect()
    rasa.run("BEGIN")
    rasa.run("SELECT FROM parlance_outbox WHERE turn = :turn FOR UPDATE", turn=locked["turn"])

    assert handler({}, None)["sent"] == 1

    rasa.close()
    assert tracker.rows("SELECT turn FROM parlance_outbox") == [{"turn": locked["turn"]}]


def test_large_turns_leave_compressed_or_by_claim(tracker, topic, monkeypatch, database):
    bucket = f"parlance-test-{database.name.replace('_', '-')}"
    monkeypatch.setenv("DATA_BUCKET", bucket)
    boto3.client("s3").create_bucket(Bucket=bucket)
    (turn,) = recent_turns(1)
    words = " ".join(str(hash((n, "word"))) for n in range(40_000))
    large = [
        {**turn, "turn": turn["turn"] + n, "events": [{"event": "bot", "timestamp": 1e9 + n, "text": text}]}
        for n, text in enumerate(("x" * 500_000, words))
    ]
    save(tracker, [])
    for one in large:
        leave_in_outbox(tracker, one, age=60)

    handler({}, None)
    records = topic.received()
    consume({"Records": records}, None)

    assert all(len(record["body"]) < 256 * 1024 for record in records)
    assert ["claim" in queues.body(record) for record in records] in ([False, True], [True, False])
    assert reference.stored(database) == reference.tables(large)


def test_gap_is_filled_from_the_tracker_store(tracker, topic, database):
    turns = recent_turns(5)
    save(tracker, turns)
    consume(moodbot.batch([turns[0], turns[4]]), None)

    assert handler({}, None)["replayed"] == sum(len(turn["events"]) for turn in turns[1:4])
    assert handler({}, None)["replayed"] == 0

    assert reference.stored(database) == reference.tables(turns)


def test_reconciliation_brings_everything_in_steps(tracker, topic, database, monkeypatch):
    monkeypatch.setattr("parlance.services.sweep.MOST", 3)
    monkeypatch.setattr("parlance.services.sweep.PATIENCE", 0.001)
    turns = moodbot.turns(moodbot.events()[:1000])
    save(tracker, turns)
    consume(moodbot.batch(turns[::3]), None)

    steps = [handler({"reconcile": True}, None)]
    while not steps[-1]["done"]:
        steps.append(handler({"reconcile": True, "after": steps[-1]["after"]}, None))

    assert len(steps) > 3
    assert reference.stored(database) == reference.tables(turns)


def test_stock_tracker_store_is_reconciled_too_and_twice_changes_nothing(tracker, topic, database):
    turns = moodbot.turns(moodbot.events()[:400])
    save(tracker, turns, stock=True)
    events = [{"sender_id": turn["sender_id"], **event} for turn in turns for event in turn["events"]]

    assert handler({"reconcile": True}, None)["new"] == len(events)
    assert handler({"reconcile": True}, None)["new"] == 0

    assert reference.stored(database) == reference.tables(events)
    assert {"sent": 0, "replayed": 0, "given_up": 0}.items() <= handler({}, None).items()


def of_staging(turns):
    return [{**turn, "environment": "staging"} for turn in turns]


def test_gap_of_another_environment_is_filled_from_its_own_schema(tracker, topic, database):
    turns = of_staging(recent_turns(5))
    save(tracker, [])
    save(tracker, turns, schema="staging")
    consume(moodbot.batch([turns[0], turns[4]]), None)

    assert handler({}, None)["replayed"] == sum(len(turn["events"]) for turn in turns[1:4])

    assert reference.stored(database) == reference.tables(turns)


def test_reconciliation_brings_every_environments_conversations(tracker, topic, database, monkeypatch):
    monkeypatch.setattr("parlance.services.sweep.MOST", 3)
    turns = moodbot.turns(moodbot.events()[:1200])
    mine = {turn["sender_id"] for turn in turns[::2]}
    production = [turn for turn in turns if turn["sender_id"] not in mine]
    staging = of_staging([turn for turn in turns if turn["sender_id"] in mine])
    save(tracker, production)
    save(tracker, staging, schema="staging")
    tracker.rows("CREATE SCHEMA other; CREATE TABLE other.events (id int)")  # somebody else's

    step = handler({"reconcile": True}, None)
    assert step["new"] == sum(len(turn["events"]) for turn in turns)
    assert step["done"]
    assert handler({"reconcile": True}, None)["new"] == 0

    assert reference.stored(database) == reference.tables(production + staging)


def test_one_failing_step_does_not_stop_the_others(tracker, topic, database, monkeypatch):
    monkeypatch.setattr("parlance.adapters.native.PAUSES", ())
    tracker.rows("CREATE VIEW parlance_outbox AS SELECT 1 AS id")
    boto3.client("sqs").send_message(QueueUrl=topic.dead, MessageBody="{")

    with pytest.raises(Unavailable, match="sent: "):
        handler({}, None)

    assert database.rows("SELECT body FROM dead_letters") == [{"body": "{"}]
