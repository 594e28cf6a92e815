"""An erased conversation is gone from every store, says so, and stays away."""

from __future__ import annotations

import base64
import gzip
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from parlance.adapters import aws, dead_letter_store, erasure, event_topic, project_files, tracker_erasure
from parlance.domain.dead_letters import Letter, Refusal
from parlance.domain.errors import Unavailable
from parlance.domain.project import StoredFile
from parlance.services import letter_erasure
from parlance.services.erasure_care import settle
from parlance.services.training_files import hashes
from parlance.settings import settings
from tests.support import events as rasa
from tests.support.database import created, in_use
from tests.support.events import NOON

SCHEMA = Path(__file__).parents[3] / "layers/rasa/parlance_rasa/schema.sql"
TABLES = (
    "events", "turns", "conversation_sessions", "seen_names", "name_counts", "seen_slots", "seen_texts", "message_logs",
    "message_flags", "message_corrections", "conversation_tags", "conversations", "dead_letters", "annotated_texts",
)  # fmt: skip
NLU = "version: '3.1'\nnlu:\n- intent: greet\n  examples: |\n    - hi\n    - hello there\n"


@pytest.fixture
def tracker(postgres, installation):
    with created(postgres, "template1") as place, in_use(place, "TRACKER_DATABASE_SECRET"):
        with closing(place.connect()) as connection:
            connection.run(SCHEMA.read_text())
        yield place


@pytest.fixture
def bucket(installation, monkeypatch):
    name = f"erasure-{installation.name.replace('_', '-')}"
    aws.client("s3").create_bucket(Bucket=name)
    monkeypatch.setenv("DATA_BUCKET", name)
    settings.cache_clear()
    return name


def saved_by_rasa(tracker, sender, at, *, outbox=False):
    """Write a turn as our tracker store does."""
    with closing(tracker.connect()) as connection:
        ((event,),) = connection.run(
            "INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (:s, 'user', :at, '{}') RETURNING id",
            s=sender, at=at,
        )  # fmt: skip
        connection.run(
            "INSERT INTO parlance_turns (sender_id, turn, first_event_id, last_event_id) VALUES (:s, :t, :e, :e)",
            s=sender, t=int(at * 1000), e=event,
        )  # fmt: skip
        if outbox:
            connection.run(
                "INSERT INTO parlance_outbox (sender_id, turn, body) VALUES (:s, :t, '{}')", s=sender, t=int(at * 1000)
            )


def said(sender, text, at=NOON, intent="greet"):
    return rasa.turn(sender, int(at * 1000), [*rasa.session(at), rasa.user(text, intent, at + 1)])


def left(installation):
    return {table: installation.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"] for table in TABLES}


def test_nothing_is_left_in_any_store_and_the_receipt_says_what_went(admin, tracker, bucket, installation):
    rasa.store(said("anna", "my name is Anna"))
    saved_by_rasa(tracker, "anna", NOON, outbox=True)
    saved_by_rasa(tracker, "bob", NOON)
    key = event_topic.claims_of("anna") + "x.json.gz"
    aws.client("s3").put_object(Bucket=bucket, Key=key, Body=b"x")
    table = settings().lock_table
    aws.client("dynamodb").put_item(TableName=table, Item={"pk": {"S": "anna"}, "n": {"N": "0"}})
    letter = {**said("anna", "x"), "messageId": "bad"}
    letter["body"] = letter["body"].replace('"events":', '"turn": "x", "events":')
    from functions.events.app import handler

    handler({"Records": [letter]}, None)
    moment = repr(NOON + 1)
    admin.put(f"/conversations/anna/messages/{moment}/flag")
    admin.put(f"/conversations/anna/messages/{moment}/intent", {"intent": "introduce"})
    admin.post("/conversations/anna/tags", [{"value": "vip", "color": "ff0000"}])
    assert [one["text"] for one in admin.get("/projects/default/training_examples").json] == ["my name is Anna"]

    reply = admin.delete("/conversations/anna")

    receipt = reply.json
    assert reply.status == 200
    assert receipt["completed"] is True
    assert receipt["removed"] == {
        "events": 4, "turns": 1, "sessions": 1, "names": 6, "texts": 1, "flags": 1, "corrections": 1, "tags": 1,
        "examples": 1, "inbox": 1, "tracker_events": 1, "claims": 1, "locks": 1, "dead_letters": 1,
    }  # fmt: skip
    assert set(left(installation).values()) == {0}
    assert admin.get("/projects/default/training_examples").json == []
    assert tracker.rows("SELECT sender_id FROM events") == [{"sender_id": "bob"}]
    assert tracker.rows("SELECT sender_id FROM parlance_turns") == [{"sender_id": "bob"}]
    assert tracker.rows("SELECT * FROM parlance_outbox") == []
    assert "Contents" not in aws.client("s3").list_objects_v2(Bucket=bucket)
    assert "Item" not in aws.client("dynamodb").get_item(TableName=table, Key={"pk": {"S": "anna"}})
    assert admin.get("/erasures").json == [receipt]
    assert admin.get("/audit?action=metadata:delete").json[0]["object"] == "anna"
    assert admin.delete("/conversations/anna").status == 404


def test_late_and_replayed_events_do_not_bring_it_back(admin, installation):
    record = said("anna", "hello")
    rasa.store(record)
    admin.delete("/conversations/anna")
    lone = {"sender_id": "anna", **rasa.user("late", "greet", NOON + 0.5)}

    rasa.store(record, {"messageId": "late", "body": json.dumps(lone), "messageAttributes": {}, "attributes": {}})

    assert set(left(installation).values()) == {0}


def test_an_erasure_wins_against_a_consumer_that_stores_at_the_same_time(admin, installation):
    records = [said(f"c{number}", "hello") for number in range(8)]
    done = threading.Event()

    def consume():
        while not done.is_set():
            rasa.store(*records)

    rasa.store(*records)
    with ThreadPoolExecutor(1) as thread:
        consumer = thread.submit(consume)
        receipts = [admin.delete(f"/conversations/c{number}").json for number in range(8)]
        time.sleep(0.2)
        done.set()
        consumer.result()

    assert [receipt["removed"]["events"] for receipt in receipts] == [4] * 8
    assert set(left(installation).values()) == {0}


def test_what_is_said_after_it_begins_a_new_conversation(admin, installation):
    rasa.store(said("anna", "hello"))
    until = admin.delete("/conversations/anna").json["until"]
    rasa.store(said("anna", "hello", NOON), said("anna", "it is me again", until + 1))

    events = admin.get("/conversations/anna").json["events"]

    assert [event["text"] for event in events if event["event"] == "user"] == ["it is me again"]
    assert admin.delete("/conversations/anna").json["removed"]["events"] == 4


def test_a_text_that_others_said_too_stays_with_their_message(admin, installation):
    rasa.store(said("bob", "hello", NOON - 10, "bobs"), said("anna", "hello", NOON, "annas"))

    admin.delete("/conversations/anna")

    (message,) = admin.get("/projects/default/logs").json
    assert (message["conversation_id"], message["n_messages"]) == ("bob", 1)
    assert message["user_input"]["intent"]["name"] == "bobs"


def test_only_examples_that_came_from_its_messages_go(admin, installation):
    files = {"data/nlu.yml": NLU}
    project_files.write(
        [StoredFile(path="data/nlu.yml", content=NLU, version=0)], "ada", others=[], hashes=hashes(files)
    )
    rasa.store(said("anna", "hi"), said("anna", "moin", NOON + 10), said("anna", "salve", NOON + 20))
    rasa.store(said("bob", "salve", NOON + 30))
    for text in ("hi", "moin", "salve"):
        admin.post("/projects/default/training_examples", {"text": text, "intent": "greet"})

    receipt = admin.delete("/conversations/anna").json

    texts = [one["text"] for one in admin.get("/projects/default/training_examples").json]
    assert texts == ["hi", "hello there", "salve"]
    assert receipt["removed"]["examples"] == 1


def test_an_erasure_that_was_cut_short_is_finished_by_the_next_call_or_the_sweeper(
    admin, tracker, installation, monkeypatch
):
    rasa.store(said("anna", "hello"), said("bob", "hello", NOON + 10))
    saved_by_rasa(tracker, "anna", NOON)
    saved_by_rasa(tracker, "bob", NOON)

    def away(_until):
        raise Unavailable("The tracker store does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(tracker_erasure, "erase", away)
        assert admin.delete("/conversations/anna").status == 503
        assert admin.delete("/conversations/bob").status == 503
    assert admin.get("/conversations").json == []
    assert [one["completed"] for one in admin.get("/erasures").json] == [False, False]

    assert admin.delete("/conversations/anna").json["removed"]["tracker_events"] == 1
    settle()

    assert tracker.rows("SELECT * FROM events") == []
    assert [one["completed"] for one in admin.get("/erasures").json] == [True, True]
    assert admin.get("/erasures").json[0]["removed"]["events"] == 4


def test_what_another_environment_keeps_of_it_goes_too(admin, tracker, installation):
    with closing(tracker.connect()) as connection:
        connection.run("CREATE SCHEMA staging")
        connection.run("SET search_path TO staging")
        connection.run(SCHEMA.read_text())
    for schema in ("public", "staging"):
        tracker.rows(
            f"INSERT INTO {schema}.events (sender_id, type_name, timestamp, data)"
            " VALUES ('anna', 'slot', :at, '{}'), ('bob', 'slot', :at, '{}')",
            at=NOON,
        )
    rasa.store(said("anna", "hello"))

    admin.delete("/conversations/anna")

    for schema in ("public", "staging"):
        assert tracker.rows(f"SELECT sender_id FROM {schema}.events") == [{"sender_id": "bob"}]


def test_a_turn_that_was_under_way_is_removed_later_and_a_new_one_stays(admin, tracker, installation):
    rasa.store(said("anna", "hello"))
    until = admin.delete("/conversations/anna").json["until"]
    saved_by_rasa(tracker, "anna", until - 1)
    saved_by_rasa(tracker, "anna", until + 1)
    assert settle() == 0
    installation.rows("UPDATE erased_conversations SET erased_at = 0")

    assert settle() == 1

    assert tracker.rows("SELECT timestamp FROM events") == [{"timestamp": until + 1}]
    assert settle() == 0
    assert erasure.unsettled(10) == []


@pytest.mark.parametrize("sender", ["anna", "Zoë 🙂", 'quo"te\\'])
def test_refused_messages_go_however_they_are_written(installation, sender):
    plain = {"kind": "turn", "sender_id": sender, "turn": "x", "events": []}
    forms = [json.dumps(plain), json.dumps(plain, ensure_ascii=False)]
    forms += [json.dumps({"Type": "Notification", "Message": form}) for form in forms]
    packed = base64.b64encode(gzip.compress(json.dumps({**plain, "turn": 1, "events": [{}]}).encode())).decode()
    claim = {"bucket": "b", "key": event_topic.claims_of(sender) + "x"}
    forms += [json.dumps({"encoding": "gzip", "body": packed}), json.dumps({"kind": "turn", "claim": claim})]
    forms += [f'cut short {{"sender_id": {json.dumps(sender)}, "ev']
    other = json.dumps({"kind": "turn", "sender_id": "bob", "turn": "x", "text": sender, "events": []})
    letters = [Letter(message_id=str(n), body=body, environment="production") for n, body in enumerate([*forms, other])]
    dead_letter_store.keep([Refusal(letter, "wrong") for letter in letters])

    removed = letter_erasure.forget([sender])

    left = [row["body"] for row in installation.rows("SELECT body FROM dead_letters")]
    assert left == [other]
    assert removed == {sender: len(set(forms))}  # the same content is one letter


def test_nobody_erases_what_they_may_not_see(tester, admin, login, installation):
    rasa.store(said("anna", "hello"))

    assert tester.delete("/conversations/anna").status == 403
    admin.post("/roles", {"role": "cleaner", "grants": {"default": {"conversations": {"modify": True}}}})
    assert login("cleo", "cleaner").delete("/conversations/anna").status == 404
    assert admin.get("/conversations/anna").status == 200
