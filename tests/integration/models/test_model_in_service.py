"""Whatever a training comes to, the model in service stays in service, and its job says what happened."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from parlance.services.jobs import get
from tests.integration.models.conftest import PROJECT, Workbench, deliver, says, started, stopped
from tests.support.api import Client
from tests.support.installation import SERVICE_TOKEN

if TYPE_CHECKING:
    from parlance.domain.jobs import Job

FILES, TRAININGS = "/projects/default/files", "/projects/default/models/jobs"
PULL = f"/projects/default/models/tags/production?token={SERVICE_TOKEN}"
SAID = {
    "DiskFull": "The task's disk is full (/tmp, 20480.0 MB). OSError: [Errno 28] No space left on device",
    "StorageFailed": "S3 does not take s3://models/models/j.tar.gz: AccessDenied",
    "ProjectInvalid": "The project has a file outside of it: '../evil.py'.",
    "TrainingKilled": "Rasa was ended by SIGKILL. Most likely it ran out of memory.",
    "TrainingFailed": "ValueError: the moon is not right (Error running graph component for node train_Moody0.)",
}
"""What the task says of a full disk, of S3, of a hostile project, of a killed Rasa, of Rasa's own errors."""
HOSTILE = {
    "a path that leads out": ({"../../evil.py": ""}, "UnsafeProject"),
    "a YAML tag": ({"data/nlu.yml": "x: !!python/object/apply:os.system [id]\n"}, "UnsafeProject"),
}


@pytest.fixture
def served(imported: Workbench) -> Workbench:
    """A workbench whose model `m0` is in service."""
    imported.train("m0")
    return imported


def in_service() -> str:
    """The model that Rasa's next question is answered with."""
    reply = Client().get(PULL)
    assert reply.status == 302, reply.text
    return str(reply.headers["filename"])


def told(admin: Client, job: Job) -> tuple[str, str, str]:
    seen: dict[str, Any] = admin.get(f"/jobs/{job.id}").json
    return seen["state"], seen["error"]["code"], seen["error"]["message"]


def test_a_training_that_fails_says_why_and_changes_nothing(
    served: Workbench, admin: Client, subtests: pytest.Subtests
) -> None:
    before = in_service()
    for code, message in SAID.items():
        with subtests.test(code):
            job = started(promote=True)
            failed = says(job.id, "failed", 3, error={"code": code, "message": message})
            deliver(failed, stopped(job.id, job.task_arn or "", 1))

            assert told(admin, job) == ("failed", code, message)
            assert in_service() == before


def test_a_worker_that_is_killed_half_way_changes_nothing(served: Workbench, admin: Client) -> None:
    before, job = in_service(), started(promote=True)

    deliver(says(job.id, "running", 2, progress={"percent": 50.0}), stopped(job.id, job.task_arn or "", 137))

    ended = "the task ended with exit code 137: Essential container in task exited"
    assert told(admin, job) == ("failed", "TaskEnded", ended)
    assert in_service() == before


def test_a_hostile_project_is_refused_and_changes_nothing(
    served: Workbench, admin: Client, subtests: pytest.Subtests
) -> None:
    before, trainings = in_service(), admin.get("/jobs").json
    for name, (files, reason) in HOSTILE.items():
        with subtests.test(name):
            reply = admin.put(FILES, {"files": {**PROJECT, **files}})
            assert (reply.status, reply.json["reason"]) == (400, reason)
    evil = PROJECT["config.yml"].replace("WhitespaceTokenizer", "evil.Component")
    assert admin.put(FILES, {"files": {**PROJECT, "config.yml": evil}}).status == 200

    reply = admin.post(TRAININGS, {"force": True})

    assert (reply.status, reply.json["reason"]) == (400, "InvalidProject")
    assert "evil.Component is not among the components allowed here" in reply.json["message"]
    assert (in_service(), admin.get("/jobs").json) == (before, trainings)


def test_two_trainings_at_the_same_moment_make_two_models_one_after_the_other(served: Workbench, admin: Client) -> None:
    before = in_service()
    with ThreadPoolExecutor(2) as pool:
        asked = list(pool.map(lambda _: started(), range(2)))
    first, second = sorted((get(job.id) for job in asked), key=lambda job: job.state, reverse=True)
    assert (first.state, second.state, len(served.tasks())) == ("running", "queued", 1)

    for job in (first.id, second.id):
        assert get(job).state == "running"
        served.finish(job)
        result = {"name": job, "rasa_version": "3.6.21", "trained_at": 1795342492}
        deliver(says(job, "succeeded", 2, result=result), stopped(job, get(job).task_arn or "", 0))

    assert [get(job.id).model for job in (first, second)] == [first.id, second.id]
    assert in_service() == before
