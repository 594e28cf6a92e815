"""The worker's rules, against a topic in memory that fails as it is told."""

import time

import pytest
from support.emulator import wait_until
from support.topic import Outbox, single

from parlance_rasa import publisher as module
from parlance_rasa.sns import SnsError
from parlance_rasa.topic import Message

pytestmark = pytest.mark.usefixtures("impatient")


def test_messages_that_wait_go_in_batches_of_ten(publisher, topic):
    topic.open.clear()
    for number in range(25):
        publisher.put(single(str(number)))
    topic.open.set()

    publisher.close(1)

    assert topic.taken == [str(number) for number in range(25)]
    assert max(topic.batches) == 10
    assert len(topic.batches) <= 4


def test_one_message_that_fails_is_tried_again_alone(publisher, topic):
    topic.sulking.add("1")
    for number in range(3):
        publisher.put(single(str(number)))

    wait_until(lambda: len(topic.taken) == 3)

    assert sorted(topic.taken) == ["0", "1", "2"]


def test_one_message_that_sns_never_takes_stops_no_other(publisher, topic):
    topic.refused.add("bad")
    for body in ("good", "bad", "better"):
        publisher.put(single(body))

    publisher.close(1)

    assert topic.taken == ["good", "better"]
    assert publisher.counters["refused"] == 1


def test_an_error_that_nobody_foresaw_loses_no_message(publisher, topic, monkeypatch):
    errors = iter([RuntimeError("what is this?")])
    publish = topic.publish

    def surprising(entries):
        for error in errors:
            raise error
        return publish(entries)

    monkeypatch.setattr(topic, "publish", surprising)
    publisher.put(single("a"))

    wait_until(lambda: topic.taken == ["a"])


def test_a_message_that_cannot_be_packed_for_an_odd_reason_waits(publisher, topic, monkeypatch):
    errors = iter([OSError("no certificates")])

    def surprising(message):
        for error in errors:
            raise error
        return message.body

    monkeypatch.setattr(topic, "packed", surprising)
    publisher.put(single("a"))

    wait_until(lambda: topic.taken == ["a"])


def test_the_log_says_why_sns_refuses(publisher, topic, monkeypatch, caplog):
    errors, publish = iter([SnsError("AuthorizationError")]), topic.publish

    def refusing(entries):
        for error in errors:
            raise error
        return publish(entries)

    monkeypatch.setattr(topic, "publish", refusing)
    publisher.put(single("a"))

    wait_until(lambda: topic.taken == ["a"])
    assert "they wait: SnsError: AuthorizationError" in caplog.text


def test_a_round_that_fails_is_not_the_last(publisher, topic, spool, monkeypatch):
    errors = iter([RuntimeError("what is this?")] * 3)
    take = spool.take

    def surprising():
        for error in errors:
            raise error
        return take()

    monkeypatch.setattr(spool, "take", surprising)
    spool.add([single("spooled")])
    publisher.put(single("live"))

    wait_until(lambda: sorted(topic.taken) == ["live", "spooled"])


def test_turns_beyond_the_queues_limit_are_left_to_the_sweeper(publisher, topic, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 5)
    topic.open.clear()

    started = time.monotonic()
    for number in range(30):
        publisher.put(Message(str(number), "turn", {}, Outbox(), number))

    assert time.monotonic() - started < 10  # to wait for room for each would take twenty-five seconds
    assert publisher.counters["left_in_outbox"] >= 10


def test_an_exporter_is_slowed_down_and_loses_nothing(publisher, topic, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 20)
    monkeypatch.setattr(module, "ROOM_WAIT_S", 60)

    for number in range(500):
        publisher.put(single(str(number)))
    publisher.close(5)

    assert topic.taken == [str(number) for number in range(500)]


def test_an_outbox_that_cannot_be_reached_stops_nothing(publisher, topic):
    class Broken:
        def forget(self, ids):
            raise ConnectionError

    publisher.put(Message("turn", "turn", {}, Broken(), 1))
    publisher.put(single("event"))

    wait_until(lambda: topic.taken == ["turn", "event"])
