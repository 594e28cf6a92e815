import base64
import gzip
import json
import threading

import pytest
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.utils.endpoints import EndpointConfig
from support.emulator import TOPIC, wait_until
from support.talking import DOMAIN, said, session_start, talk, turn

from parlance_rasa.broker import TurnEventBroker
from parlance_rasa.topic import Topic


@pytest.fixture
def aws(emulator, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return emulator


@pytest.fixture
def open_broker(aws, tmp_path, run):
    opened = []

    def build(**settings):
        settings = dict({"topic": TOPIC, "bucket": "data", "spool": str(tmp_path / "spool")}, **settings)
        broker = run(TurnEventBroker.from_endpoint_config(EndpointConfig(type="ours", **settings)))
        opened.append(broker)
        return broker

    yield build
    for broker in opened:
        broker.flush()


def test_a_turn_is_one_message_and_leaves_the_outbox(open_broker, open_store, aws, rows, run):
    store = open_store(open_broker())

    run(talk(store, "web-1", *session_start()), ticket=1000)
    run(talk(store, "web-1", *turn("hi")), ticket=2000)

    found = aws.messages(2)
    assert [body["turn"] for body, _ in found] == [1000, 2000]
    assert [event["event"] for event in found[1][0]["events"]] == ["user", "slot", "bot", "action"]
    wait_until(lambda: rows("SELECT count(*) FROM parlance_outbox") == [(0,)])


def test_any_other_store_publishes_single_events(open_broker, aws, run):
    store = InMemoryTrackerStore(DOMAIN, open_broker(environment="staging"))

    tracker = run(talk(store, "web-1", *turn("hi")))

    found = aws.messages(4)
    expected = [dict(event.as_dict(), sender_id="web-1") for event in tracker.events]
    assert [body for body, _ in found] == json.loads(json.dumps(expected))
    assert {attributes["app_id"] for _, attributes in found} == {"staging"}


def test_headers_of_an_export_go_along(open_broker, aws):
    open_broker().publish({"event": "restart", "sender_id": "a"}, headers={"rasa-export-process-id": "7"})

    ((_, attributes),) = aws.messages(1)
    assert attributes == {"app_id": "production", "rasa-export-process-id": "7"}


def test_a_large_turn_is_compressed(open_broker, open_store, aws, run):
    run(talk(open_store(open_broker()), "web-1", said("word " * 100_000)), ticket=1000)

    ((body, _),) = aws.messages(1)
    turn_message = json.loads(gzip.decompress(base64.b64decode(body["body"])))
    assert (body["v"], body["kind"], body["encoding"]) == (1, "turn", "gzip")
    assert (turn_message["turn"], turn_message["events"][0]["text"]) == (1000, "word " * 100_000)


def test_a_turn_too_large_for_sns_is_left_in_s3(open_broker, open_store, aws, run, random_text):
    text = random_text(1_000_000)

    run(talk(open_store(open_broker()), "web-1", said(text)))

    ((body, _),) = aws.messages(1)
    claimed = aws.client("s3").get_object(Bucket=body["claim"]["bucket"], Key=body["claim"]["key"])["Body"].read()
    assert body["claim"]["key"].startswith("claims/")
    assert json.loads(gzip.decompress(claimed))["events"][0]["text"] == text


def test_a_batch_of_large_messages_stays_within_a_requests_limit(open_broker, aws, random_text):
    broker = open_broker()
    for number in range(8):
        broker.publish({"event": "user", "sender_id": "a", "timestamp": number, "text": random_text(100_000)})

    found = aws.messages(8)

    assert sorted(body["timestamp"] for body, _ in found) == list(range(8))
    assert broker.counters()["refused"] == 0


def test_close_sends_everything_that_waits(open_broker, aws, run):
    broker = open_broker()
    for number in range(100):
        broker.publish({"event": "user", "sender_id": "a", "timestamp": number})

    run(broker.close())

    assert broker.counters()["published"] == 100
    assert sorted(body["timestamp"] for body, _ in aws.messages(100)) == list(range(100))


def test_publishing_does_not_wait_for_aws(open_broker, aws, monkeypatch):
    broker, published, answers = open_broker(), Topic.publish, threading.Event()
    monkeypatch.setattr(Topic, "publish", lambda topic, entries: answers.wait(30) and published(topic, entries))

    for number in range(300):
        broker.publish({"event": "user", "sender_id": "a", "timestamp": number})
    meanwhile = broker.counters()["published"]
    answers.set()

    assert meanwhile == 0
    assert sorted(body["timestamp"] for body, _ in aws.messages(300)) == list(range(300))
