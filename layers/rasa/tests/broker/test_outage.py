import json
import os
import time

import pytest
from rasa.utils.endpoints import EndpointConfig
from support.emulator import TOPIC, wait_until
from support.gate import Gate
from support.talking import talk, turn

from parlance_rasa.broker import TurnEventBroker
from parlance_rasa.topic import Message


@pytest.fixture
def gate(emulator, monkeypatch):
    """The way to AWS, closed at first."""
    way = Gate(emulator.port)
    monkeypatch.setattr("parlance_rasa.publisher.LONGEST_PAUSE_S", 0.5)
    monkeypatch.setattr("parlance_rasa.broker.CLOSE_WITHIN_S", 1.0)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:%d" % way.port)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    yield way
    way.close()


@pytest.fixture
def open_broker(gate, tmp_path, run):
    opened = []

    def build():
        config = EndpointConfig(type="ours", topic=TOPIC, spool=str(tmp_path / "spool"))
        opened.append(run(TurnEventBroker.from_endpoint_config(config)))
        return opened[-1]

    yield build
    gate.close()
    for broker in opened:
        broker.flush()


def spooled(tmp_path):
    return sum(len((tmp_path / "spool" / name).read_text().splitlines()) for name in os.listdir(tmp_path / "spool"))


@pytest.fixture
def broker(open_broker):
    return open_broker()


def test_what_is_said_while_aws_is_away_arrives_when_it_is_back(  # noqa: PLR0913, PLR0917 - fixtures
    gate, emulator, broker, open_store, tmp_path, rows, run
):
    store = open_store(broker)
    assert not broker.is_ready()

    run(talk(store, "web-1", *turn("a turn")), ticket=1000)
    for number in range(50):
        broker.publish({"event": "user", "sender_id": "single", "timestamp": number})
    wait_until(lambda: broker.counters()["spooled"] == 50)
    assert spooled(tmp_path) == 50
    assert rows("SELECT count(*) FROM parlance_outbox") == [(1,)]

    gate.open()
    found = [body for body, _ in emulator.messages(51)]

    assert [body["turn"] for body in found if body.get("kind") == "turn"] == [1000]
    assert sorted(body["timestamp"] for body in found if "timestamp" in body) == list(range(50))
    wait_until(lambda: rows("SELECT count(*) FROM parlance_outbox") == [(0,)] and spooled(tmp_path) == 0)
    wait_until(broker.is_ready)


def test_what_one_process_could_not_send_the_next_one_sends(gate, emulator, open_broker, tmp_path):
    broker = open_broker()
    for number in range(50):
        broker.publish({"event": "user", "sender_id": "a", "timestamp": number})
    started = time.monotonic()
    broker.flush()
    assert time.monotonic() - started < 120
    assert spooled(tmp_path) == 50

    gate.open()
    open_broker()

    assert sorted(body["timestamp"] for body, _ in emulator.messages(50)) == list(range(50))
    wait_until(lambda: spooled(tmp_path) == 0)


@pytest.mark.usefixtures("gate")
def test_a_turn_without_aws_at_the_end_stays_in_the_outbox(open_broker, open_store, rows, run):
    broker = open_broker()
    run(talk(open_store(broker), "web-1", *turn("hi")), ticket=1000)

    broker.flush()

    ((body,),) = rows("SELECT body FROM parlance_outbox")
    assert json.loads(body)["turn"] == 1000
    assert broker.counters()["left_in_outbox"] == 1


def test_an_outage_in_the_middle_loses_nothing(gate, emulator, open_broker):
    gate.open()
    broker = open_broker()
    assert broker.is_ready()

    for number in range(60):
        if number == 20:
            gate.close()
        broker.publish({"event": "user", "sender_id": "a", "timestamp": number})
    wait_until(lambda: broker.counters()["spooled"] > 0)
    assert not broker.is_ready()
    gate.open()

    assert sorted(body["timestamp"] for body, _ in emulator.messages(60)) == list(range(60))
    wait_until(broker.is_ready)


def test_an_outage_shows_though_nothing_is_published(gate, open_broker, monkeypatch):
    gate.open()
    broker = open_broker()
    assert broker.is_ready()

    gate.close()
    monkeypatch.setattr("parlance_rasa.broker.HEARD_LATELY_S", 3600.0)
    assert broker.is_ready(), "it was heard lately"
    monkeypatch.setattr("parlance_rasa.broker.HEARD_LATELY_S", 0.0)
    assert not broker.is_ready()

    gate.open()
    wait_until(broker.is_ready)


def test_sns_is_asked_once_in_a_while_however_often_we_are(gate, open_broker, monkeypatch):
    broker, asked = open_broker(), []
    monkeypatch.setattr("parlance_rasa.broker.HEARD_LATELY_S", 3600.0)
    monkeypatch.setattr(broker._topic, "reachable", lambda: asked.append(1) or True)
    broker._probed = float("-inf")

    assert all(broker.is_ready() for _ in range(50))
    assert len(asked) == 1


def test_a_broker_with_messages_on_disk_is_ready_and_counts_its_files(gate, open_broker):
    gate.open()
    broker = open_broker()
    broker._publisher.close(1.0)
    for _ in range(3):
        broker._spool.add([Message("{}", "event", {})])

    wait_until(broker.is_ready)
    assert broker.counters()["files_waiting"] == 3

    name, _messages = broker._spool.take()
    assert broker.counters()["files_waiting"] == 3, "a process that was killed now would leave it behind"
    broker._spool.done(name)
    assert broker.counters()["files_waiting"] == 2
