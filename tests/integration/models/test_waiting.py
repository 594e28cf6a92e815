"""`?wait=`: a script of Rasa X's, which knows of no jobs, gets what it asked for; its task is played by the tests."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from functions.api import endpoint
from parlance.adapters import objects
from parlance.domain.errors import Unavailable
from parlance.services import idempotency, job_waiting
from parlance.services.jobs import list_jobs
from tests.integration.models.conftest import VERSION, Workbench, deliver, refuses, says

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.api import Client

TRAIN = "/projects/default/models/jobs"
REPORT: dict[str, Any] = json.loads(Path("tests/data/evaluation-report.json").read_text())


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[str], object]) -> None:
    """Let something happen to the open job while the call waits."""

    def sleep(_seconds: float) -> None:
        happens(list_jobs(states=("running",), limit=1, offset=0)[0][0].id)

    monkeypatch.setattr(job_waiting, "time", SimpleNamespace(sleep=sleep, monotonic=time.monotonic))


def test_a_training_that_ends_in_time_is_answered_with_its_model(
    imported: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def finish(job: str) -> None:
        imported.finish(job)
        result = {"name": "m-1", "rasa_version": VERSION, "trained_at": 1.0, "model_id": "id"}
        deliver(says(job, "succeeded", 2, result=result))

    meanwhile(monkeypatch, finish)

    trained = admin.post(f"{TRAIN}?wait=20")
    again = admin.post(f"{TRAIN}?wait=20")

    assert (trained.status, trained.json["model"], trained.json["state"]) == (200, "m-1", "succeeded")
    assert trained.json["info"] == "New model trained: m-1."
    assert (again.status, again.json["model"], again.json["info"]) == (201, "m-1", "Model already exists.")


def test_a_training_that_takes_longer_is_answered_with_its_job(
    imported: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    clock = SimpleNamespace(sleep=waited.append, monotonic=lambda: sum(waited))
    for module in (endpoint, job_waiting):
        monkeypatch.setattr(module, "time", clock)

    answer = admin.post(f"{TRAIN}?wait=29")

    assert (answer.status, answer.json["state"]) == (202, "running")
    assert sum(waited) == pytest.approx(job_waiting.LONGEST)
    assert admin.post(f"{TRAIN}?wait=30").status == 400


def test_a_training_that_fails_says_why_in_rasa_xs_words(
    imported: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = {"code": "TrainingFailed", "message": "No story graph."}
    meanwhile(monkeypatch, lambda job: deliver(says(job, "failed", 2, error=error)))

    answer = admin.post(f"{TRAIN}?wait=20")

    assert (answer.status, answer.json["reason"]) == (400, "StackTrainingFailed")
    assert "No story graph." in answer.json["message"]
    assert answer.json["details"]["state"] == "failed"


def test_a_training_that_fails_is_not_started_again_under_its_key(
    imported: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda job: deliver(says(job, "failed", 2, error={"code": "E", "message": "m"})))

    answers = [admin.post(f"{TRAIN}?wait=20", headers={"Idempotency-Key": "k"}) for _ in range(3)]

    assert [answer.status for answer in answers] == [400] * 3
    (job,) = list_jobs(states=(), limit=9, offset=0)[0]
    assert {answer.json["details"]["job"] for answer in answers} == {job.id}


def test_the_wait_counts_from_the_calls_begin(
    imported: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    slow = iter([0.0])
    monkeypatch.setattr(endpoint, "time", SimpleNamespace(monotonic=lambda: next(slow)))
    clock = SimpleNamespace(sleep=waited.append, monotonic=lambda: 20.0 + sum(waited))
    monkeypatch.setattr(job_waiting, "time", clock)

    assert admin.post(f"{TRAIN}?wait=29").status == 202
    assert sum(waited) == pytest.approx(job_waiting.LONGEST - 20)
    assert idempotency.PATIENCE > job_waiting.LONGEST


def test_a_database_that_is_away_for_a_moment_does_not_end_the_wait(
    imported: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    clock = SimpleNamespace(sleep=waited.append, monotonic=lambda: sum(waited))
    for module in (endpoint, job_waiting):
        monkeypatch.setattr(module, "time", clock)

    def away(_job: str) -> None:
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr(job_waiting.jobs, "get", away)

    assert admin.post(f"{TRAIN}?wait=2").status == 202
    assert sum(waited) == pytest.approx(2)


def test_an_evaluation_that_ends_in_time_is_answered_with_its_report(
    imported: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported.train("m0")

    def finish(job: str) -> None:
        imported.leave_report(job, REPORT)
        deliver(says(job, "succeeded", 2))

    meanwhile(monkeypatch, finish)

    answer = admin.put("/projects/default/evaluations/m0?wait=20")

    assert (answer.status, answer.json["model"]) == (200, "m0")
    assert answer.json["intent_evaluation"] == REPORT["intent_evaluation"]


def test_an_evaluation_whose_report_cannot_be_read_keeps_its_answer_under_its_key(
    imported: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported.train("m0")

    def finish(job: str) -> None:
        imported.leave_report(job, REPORT)
        deliver(says(job, "succeeded", 2))
        monkeypatch.setattr(objects, "stream", refuses)

    meanwhile(monkeypatch, finish)

    answers = [
        admin.put("/projects/default/evaluations/m0?wait=20", headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]

    assert [(answer.status, answer.json["state"]) for answer in answers] == [(200, "succeeded")] * 2
    assert "intent_evaluation" not in answers[0].json
    assert len([job for job in list_jobs(states=(), limit=9, offset=0)[0] if job.kind == "evaluate"]) == 1
