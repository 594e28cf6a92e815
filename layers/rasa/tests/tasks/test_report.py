import json
import time

import pytest
from support.emulator import wait_until

from parlance_rasa.tasks import report as module
from parlance_rasa.tasks.report import Report


class Queue:
    def __init__(self):
        self.messages, self.failures = [], 0

    def send(self, body):
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the queue is away")
        self.messages.append(json.loads(body))


@pytest.fixture
def queue():
    return Queue()


@pytest.fixture
def report(queue):
    return Report(queue.send, "job-1", lambda: {"progress": {"stage": "training"}})


def test_many_changes_are_one_message_a_second(report, queue):
    report.start()
    began = time.monotonic()
    while time.monotonic() < began + 1.5:
        report.changed()
        time.sleep(0.01)
    report.finish("succeeded", result={"name": "m"})

    assert 2 <= len(queue.messages) <= time.monotonic() - began + 3
    assert [message["seq"] for message in queue.messages] == list(range(1, len(queue.messages) + 1))
    last = queue.messages[-1]
    assert (last["v"], last["kind"], last["job_id"], last["state"]) == (1, "job", "job-1", "succeeded")
    assert last["result"] == {"name": "m"}


def test_a_quiet_training_is_heard_of_all_the_same(report, queue, monkeypatch):
    monkeypatch.setattr(module, "HEARTBEAT_S", 0.05)
    monkeypatch.setattr(module, "SHORTEST_GAP_S", 0.05)

    report.start()

    wait_until(lambda: len(queue.messages) >= 3)
    report.finish("failed", error={"code": "x", "message": "y"})


def test_a_lost_progress_message_stops_nothing_and_the_last_word_is_insisted_on(report, queue):
    queue.failures = 3

    report.start()
    report.finish("succeeded")

    assert queue.messages[-1]["state"] == "succeeded"


def test_nothing_follows_the_last_word(report, queue, monkeypatch):
    monkeypatch.setattr(module, "SHORTEST_GAP_S", 0.01)
    report.start()
    report.finish("succeeded")

    report.changed()
    time.sleep(0.1)

    assert [message["state"] for message in queue.messages].index("succeeded") == len(queue.messages) - 1
