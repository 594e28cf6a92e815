import json
import os
import time

import pytest
from rasa.utils.endpoints import EndpointConfig
from support.emulator import TOPIC, Emulator, wait_until
from support.talking import talk, turn

from parlance_rasa.broker import TurnEventBroker


@pytest.fixture
def aws(monkeypatch):
    """An emulator of this test's own, which is away at first."""
    server = Emulator()
    monkeypatch.setattr("parlance_rasa.publisher.LONGEST_PAUSE_S", 0.5)
    monkeypatch.setattr("parlance_rasa.broker.CLOSE_WITHIN_S", 1.0)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    yield server
    if server.started:
        server.stop()


@pytest.fixture
def open_broker(tmp_path, run):
    def build():
        config = EndpointConfig(type="ours", topic=TOPIC, spool=str(tmp_path / "spool"))
        return run(TurnEventBroker.from_endpoint_config(config))

    return build


def spooled(tmp_path):
    return sum(len((tmp_path / "spool" / name).read_text().splitlines()) for name in os.listdir(tmp_path / "spool"))


def test_what_is_said_while_aws_is_away_arrives_when_it_is_back(  # noqa: PLR0913, PLR0917 - fixtures
    aws, open_broker, open_store, tmp_path, rows, run
):
    broker = open_broker()
    store = open_store(broker)
    assert not broker.is_ready()

    run(talk(store, "web-1", *turn("a turn")), ticket=1000)
    for number in range(50):
        broker.publish({"event": "user", "sender_id": "single", "timestamp": number})
    wait_until(lambda: broker.counters()["spooled"] == 50)
    assert spooled(tmp_path) == 50
    assert rows("SELECT count(*) FROM parlance_outbox") == [(1,)]

    aws.start()
    found = [body for body, _ in aws.messages(51, seconds=20)]

    assert [body["turn"] for body in found if body.get("kind") == "turn"] == [1000]
    assert sorted(body["timestamp"] for body in found if "timestamp" in body) == list(range(50))
    wait_until(lambda: rows("SELECT count(*) FROM parlance_outbox") == [(0,)] and spooled(tmp_path) == 0)
    assert broker.is_ready()
    broker.flush()


def test_what_one_process_could_not_send_the_next_one_sends(aws, open_broker, tmp_path):
    broker = open_broker()
    for number in range(50):
        broker.publish({"event": "user", "sender_id": "a", "timestamp": number})
    started = time.monotonic()
    broker.flush()
    assert time.monotonic() - started < 6
    assert spooled(tmp_path) == 50

    aws.start()
    open_broker()

    assert sorted(body["timestamp"] for body, _ in aws.messages(50, seconds=20)) == list(range(50))
    wait_until(lambda: spooled(tmp_path) == 0)


@pytest.mark.usefixtures("aws")
def test_a_turn_without_aws_at_the_end_stays_in_the_outbox(open_broker, open_store, rows, run):
    broker = open_broker()
    run(talk(open_store(broker), "web-1", *turn("hi")), ticket=1000)

    broker.flush()

    ((body,),) = rows("SELECT body FROM parlance_outbox")
    assert json.loads(body)["turn"] == 1000
    assert broker.counters()["left_in_outbox"] == 1
