"""A refused message waits with its reason, can be looked at, and is stored when it is sent again after a fix."""

import json

import boto3
import pytest

from functions.events.app import handler
from parlance.adapters import event_topic
from parlance.domain.errors import Invalid, NotFound
from parlance.services import dead_letters
from tests.support import moodbot, reference


def turn(number):
    return moodbot.message("web-1", number, None, [{"event": "bot", "timestamp": 1e9 + number, "text": "hi"}])


def refuse_turns(database):
    database.rows(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'not yet' USING ERRCODE = '22023'; END $$"
    )
    database.rows("CREATE TRIGGER refuse BEFORE INSERT ON turns FOR EACH ROW EXECUTE FUNCTION refuse()")


def test_letters_are_listed_newest_first_in_pages(database):
    for number in range(5):
        handler(moodbot.batch([f"not JSON {number}"]), None)

    first = dead_letters.listed(limit=3)
    rest = dead_letters.listed(limit=3, after=first[-1].id)

    assert [letter.size for letter in first + rest] == [10] * 5
    bodies = [dead_letters.inspected(letter.id).body for letter in first + rest]
    assert bodies == [f"not JSON {number}" for number in (4, 3, 2, 1, 0)]
    assert all("not JSON" in letter.reason for letter in first)
    assert dead_letters.waiting() == 5


def test_repeated_delivery_of_one_poison_is_one_letter(database):
    for _ in range(5):
        handler(moodbot.batch(["{"]), None)

    assert dead_letters.waiting() == 1


def test_redrive_after_a_fix_stores_the_turn_and_closes_the_letter(database, topic):
    refuse_turns(database)
    handler(moodbot.batch([turn(1), turn(2)]), None)
    (letter, _other) = dead_letters.listed()
    database.rows("DROP TRIGGER refuse ON turns")

    dead_letters.redrive(letter.id)
    assert dead_letters.redrive_all() == 1
    answer = handler({"Records": topic.received()}, None)

    assert answer == {"batchItemFailures": []}
    assert dead_letters.listed() == []
    assert len(dead_letters.listed(closed=True)) == 2
    assert reference.stored(database) == reference.tables([turn(1), turn(2)])


def test_redrive_without_a_fix_opens_the_letter_again(database, topic):
    refuse_turns(database)
    handler(moodbot.batch([turn(1)]), None)

    assert dead_letters.redrive_all() == 1
    assert dead_letters.listed() == []
    handler({"Records": topic.received()}, None)

    (letter,) = dead_letters.listed()
    assert "not yet" in letter.reason


def test_a_letter_that_is_refused_again_before_its_sender_is_back_stays_open(database, topic, monkeypatch):
    handler(moodbot.batch(["{"]), None)
    publish = event_topic.publish

    def publish_and_lose_the_race(messages):
        sent = publish(messages)
        handler({"Records": topic.received()}, None)
        return sent

    monkeypatch.setattr(event_topic, "publish", publish_and_lose_the_race)

    assert dead_letters.redrive_all() == 1
    assert dead_letters.waiting() == 1


def test_environment_survives_a_redrive(database, topic):
    event = {"sender_id": "web-1", "event": "bot", "timestamp": 1e9, "text": "hi"}
    refused = moodbot.record({**event, "timestamp": None}, environment="worker")
    handler({"Records": [refused]}, None)

    dead_letters.redrive_all()

    (record,) = topic.received()
    assert record["messageAttributes"]["app_id"]["stringValue"] == "worker"


def test_what_the_queue_gave_up_on_is_listed_and_keeps_a_known_reason(database, topic):
    handler(moodbot.batch(["{"]), None)
    sqs = boto3.client("sqs")
    for body in ("{", json.dumps(turn(1))):
        sqs.send_message(QueueUrl=topic.dead, MessageBody=body)

    assert dead_letters.absorb() == 2
    assert dead_letters.absorb() == 0

    reasons = {letter.size: letter.reason for letter in dead_letters.listed()}
    assert "not JSON" in reasons[1]
    assert reasons[len(json.dumps(turn(1)))] == dead_letters.GAVE_UP


def test_unknown_letter_is_not_found(database):
    with pytest.raises(NotFound):
        dead_letters.inspected("00000000-0000-0000-0000-000000000000")
    with pytest.raises(Invalid):
        dead_letters.inspected("no id")
