"""A task that is told to stop, at whatever moment."""

import os
import signal

import pytest

from parlance_rasa.tasks import cache, storage, worker
from parlance_rasa.tasks.plan import Plan
from parlance_rasa.tasks.progress import Progress


@pytest.fixture
def said(monkeypatch):
    """The states that a task's messages tell."""
    states = []
    monkeypatch.setattr(worker, "_sender", lambda _queue: states.append)
    return states


def test_a_stop_that_comes_while_something_dispensable_is_fetched_is_heeded(said, monkeypatch):
    started = []

    def told_to_stop(*_):
        os.kill(os.getpid(), signal.SIGTERM)

    def work(task, folder):
        cache.restore("models", folder)  # takes whatever goes wrong for a missing cache
        started.append(folder)
        task.start(["-c", "raise SystemExit('it went on')"], folder)

    monkeypatch.setattr(storage, "download", told_to_stop)

    code = worker.Worker("j", "queue", Progress(Plan([]))).run(work)

    assert (code, len(started)) == (1, 1)
    assert '"code": "Stopped"' in said[-1]


def test_a_stop_before_anything_was_begun_ends_the_task(said):
    def work(_task, _folder):
        os.kill(os.getpid(), signal.SIGTERM)
        pytest.fail("the task went on")

    assert worker.Worker("j", "queue", Progress(Plan([]))).run(work) == 1
    assert '"code": "Stopped"' in said[-1]
