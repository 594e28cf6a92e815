"""A stock Rasa keeps its broker: what it publishes, unchanged, ends as rows, whatever happens to the bridge."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest

from functions.events.app import handler
from parlance.services import dead_letters
from tests.support import emulator, moodbot, queues, rabbitmq, reference
from tests.support.stock_rasa import RASA, publish

ROOT = Path(__file__).parents[3]
EVENTS = list(moodbot.events()[:700])
NAMES = ("seen_names", "name_counts")

pytestmark = [
    pytest.mark.skipif(not RASA.exists(), reason="needs Rasa's environment: make install"),
]


@pytest.fixture(scope="module")
def rabbit(tmp_path_factory):
    if not rabbitmq.SERVER.exists():
        pytest.skip("needs Debian's rabbitmq-server")
    with rabbitmq.running(tmp_path_factory.mktemp("rabbitmq")) as server:
        yield server


@pytest.fixture
def topic(cloud, database):
    with queues.created() as made:
        yield made


def start(module, cloud, topic, settings):
    """Start a bridge as its container does, and wait until it listens."""
    environment = {
        **os.environ,
        **emulator.environment(cloud),
        **settings,
        "EVENTS_QUEUE": topic.queue,
        "PYTHONPATH": str(ROOT / "layers/bridges"),
    }
    command = [sys.executable, "-m", f"parlance_bridge.{module}"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    line = process.stderr.readline()
    assert "bridge_ready" in line, line
    return process


def finish(process):
    process.terminate()
    words = process.communicate(timeout=180)[1]
    assert process.returncode == 0, words
    return json.loads(words.splitlines()[-1])["delivered"]


def stored_from(topic, count):
    """Feed the queue to the consumer until `count` events are stored, or for three minutes."""
    total, until = 0, time.monotonic() + 180
    while total < count and time.monotonic() < until:
        records = topic.received()
        assert handler({"Records": records}, None) == {"batchItemFailures": []}
        total += len(records)
    return total


def test_rabbitmq_events_of_a_stock_rasa_arrive(rabbit, cloud, topic, database, tmp_path):
    options = {"url": "127.0.0.1", "port": rabbit.port, "username": "guest", "password": "guest"}
    settings = {**rabbit.bridge, "RABBITMQ_QUEUE": "arrive"}
    bridge = start("rabbitmq", cloud, topic, settings)

    publish(tmp_path, {"type": "pika", **options, "queues": ["arrive"]}, EVENTS)
    stored_from(topic, len(EVENTS))

    assert finish(bridge) == len(EVENTS)
    staged = [{**event, "environment": "staging"} for event in EVENTS]
    expected = reference.tables(EVENTS) | {name: reference.tables(staged)[name] for name in NAMES}
    assert reference.stored(database) == expected


def test_rabbitmq_bridge_killed_at_any_moment_loses_nothing(rabbit, cloud, topic, database, prove):
    settings = {**rabbit.bridge, "RABBITMQ_QUEUE": "killed"}
    with rabbit.connect() as connection:
        channel = connection.channel()
        channel.queue_declare("killed", durable=True)
        for event in EVENTS:
            channel.basic_publish("", "killed", json.dumps(event).encode())

    for _ in range(20 if prove else 4):
        bridge = start("rabbitmq", cloud, topic, settings)
        time.sleep(random.uniform(0, 0.2))
        bridge.kill()
        bridge.communicate()
    bridge = start("rabbitmq", cloud, topic, settings)
    until_empty(rabbit, "killed")
    finish(bridge)
    handler({"Records": topic.received()}, None)

    assert reference.stored(database) == reference.tables(EVENTS)


def until_empty(rabbit, queue):
    """Wait until the broker holds nothing that is not acknowledged."""
    until = time.monotonic() + 180
    with rabbit.connect() as connection:
        channel = connection.channel()
        while time.monotonic() < until:
            if channel.queue_declare(queue, durable=True, passive=True).method.message_count == 0:
                return
            time.sleep(0.1)


def test_nothing_is_acknowledged_while_sqs_is_away(rabbit, cloud, topic, database):
    settings = {**rabbit.bridge, "RABBITMQ_QUEUE": "away"}
    with rabbit.connect() as connection:
        channel = connection.channel()
        channel.queue_declare("away", durable=True)
        for event in EVENTS[:20]:
            channel.basic_publish("", "away", json.dumps(event).encode())

    bridge = start("rabbitmq", "http://127.0.0.1:9", topic, settings)
    time.sleep(2)
    bridge.kill()
    bridge.communicate()

    with rabbit.connect() as connection:
        found = connection.channel().queue_declare("away", durable=True, passive=True)
        assert found.method.message_count == 20
    assert topic.received() == []


def test_odd_bodies_pass(rabbit, cloud, topic, database):
    settings = {**rabbit.bridge, "RABBITMQ_QUEUE": "odd"}
    large = {"sender_id": "a", "event": "bot", "timestamp": 1.0, "text": "x" * 2_000_000}
    bodies = [json.dumps(large).encode(), '{"sender_id":"a","event":"bot","timestamp":2.0,"text":"\ufffe"}'.encode()]
    with rabbit.connect() as connection:
        channel = connection.channel()
        channel.queue_declare("odd", durable=True)
        for body in [*bodies, b"\xff\xfe", b""]:
            channel.basic_publish("", "odd", body)

    bridge = start("rabbitmq", cloud, topic, settings)
    until_empty(rabbit, "odd")
    assert finish(bridge) == 4
    handler({"Records": topic.received()}, None)

    assert dead_letters.waiting() == 2
    assert database.rows("SELECT length(data ->> 'text') AS size FROM events ORDER BY timestamp") == [
        {"size": 2_000_000},
        {"size": 1},
    ]


@pytest.fixture
def kafka():
    """What speaks Kafka's protocol in this process, librdkafka's own for tests; or the cluster at KAFKA_TEST_URL."""
    import confluent_kafka

    if os.environ.get("KAFKA_TEST_URL"):
        yield os.environ["KAFKA_TEST_URL"]
        return
    keeper = confluent_kafka.Producer({"test.mock.num.brokers": 1, "log_level": 0})
    brokers = keeper.list_topics(timeout=120).brokers.values()
    yield ",".join(f"{broker.host}:{broker.port}" for broker in brokers)
    del keeper


def test_kafka_events_of_a_stock_rasa_arrive_and_offsets_move_after_sqs(kafka, cloud, topic, database, tmp_path):
    name = f"rasa_events_{database.name}"
    settings = {"KAFKA_URL": kafka, "KAFKA_TOPIC": name, "KAFKA_GROUP": name}
    options = {"url": kafka, "topic": name, "security_protocol": "PLAINTEXT"}
    publish(tmp_path, {"type": "kafka", **options}, EVENTS)

    first = start("kafka", cloud, topic, settings)
    assert stored_from(topic, len(EVENTS)) == len(EVENTS)
    assert finish(first) == len(EVENTS)  # what it has put into the queue is behind it when it ends
    second = start("kafka", cloud, topic, settings)
    time.sleep(5)

    assert finish(second) == 0
    staged = [{**event, "environment": "staging"} for event in EVENTS]
    expected = reference.tables(EVENTS) | {name: reference.tables(staged)[name] for name in NAMES}
    assert reference.stored(database) == expected


def test_missing_settings_are_listed():
    command = [sys.executable, "-m", "parlance_bridge.rabbitmq"]
    environment = {"PYTHONPATH": str(ROOT / "layers/bridges"), "EVENTS_QUEUE": "q", "AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "RABBITMQ_HOST, RABBITMQ_USERNAME, RABBITMQ_PASSWORD" in done.stderr


def test_queue_is_filled_by_calls_that_it_takes(cloud):
    from parlance_bridge.queue import Message, Queue

    with queues.created() as made:
        messages = [Message(b"x" * 100_000, "production") for _ in range(7)] + [Message(b"y", None)] * 25
        Queue(made.queue, boto3.client("sqs")).deliver(messages)

        assert len(made.received()) == 32
