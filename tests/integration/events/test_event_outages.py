"""PostgreSQL goes away under load, or a message cannot be stored: the queue keeps what the function could not take."""

import json
import time

import boto3
import pytest

from tests.support import database as databases
from tests.support import event_path, moodbot, postgres, reference, run
from tests.support.database import created


@pytest.fixture
def mortal():
    """A server of this test's own, which may be stopped."""
    server = postgres.create(run.folder("mortal"))
    databases.migrate(server)
    yield server
    server.stop()


def publish(topic, turns):
    sns = boto3.client("sns")
    for start in range(0, len(turns), 10):
        part = enumerate(turns[start : start + 10])
        entries = [{"Id": str(number), "Message": json.dumps(turn)} for number, turn in part]
        sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)


def await_empty(path, patience=300):
    until = time.monotonic() + patience
    while path.waiting():
        assert time.monotonic() < until, f"{path.waiting()} messages are still in the queue"
        time.sleep(0.2)


def test_turns_published_while_postgres_is_away_arrive_after(mortal, cloud, prove):
    turns = moodbot.turns(moodbot.events())[: 960 if prove else 300]
    third = len(turns) // 3

    with created(mortal) as place, event_path.deployed(place) as path:
        publish(path.topic, turns[:third])
        mortal.stop("immediate")
        publish(path.topic, turns[third : 2 * third])
        time.sleep(60 if prove else 5)
        mortal.start()
        publish(path.topic, turns[2 * third :])
        await_empty(path)

        assert reference.stored(place) == reference.tables(turns)


def test_poison_leaves_the_queue_when_its_letter_is_kept(cloud, database):
    turns = moodbot.turns(moodbot.events())[:60]

    with event_path.deployed(database) as path:
        publish(path.topic, turns[:30])
        boto3.client("sns").publish(TopicArn=path.topic, Message="poison")
        publish(path.topic, turns[30:])
        await_empty(path)

    assert reference.stored(database) == reference.tables(turns)
    assert [letter["body"] for letter in database.rows("SELECT body FROM dead_letters")] == ["poison"]
