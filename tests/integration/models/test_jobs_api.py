"""Jobs through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.models.conftest import Workbench, deliver, says

if TYPE_CHECKING:
    from tests.support.api import Client

TRAIN = "/projects/default/models/jobs"


def test_a_training_is_accepted_and_watched(imported: Workbench, admin: Client) -> None:
    reply = admin.send("POST", TRAIN)  # as Rasa X's scripts ask: without a body

    assert reply.status == 202
    job = reply.json
    assert (job["state"], job["kind"], job["created_by"], job["attempt"]) == ("running", "train", "ada", 1)
    assert job["created_at"] <= job["started_at"]
    deliver(says(job["id"], "running", 1, progress={"stage": "training", "percent": 12.5}, log_tail=["x"]))
    shown = admin.get(f"/jobs/{job['id']}").json
    assert shown["progress"] == {"stage": "training", "percent": 12.5}
    assert admin.get(f"/jobs/{job['id']}/log").json == {"job": job["id"], "state": "running", "lines": ["x"]}
    assert admin.get("/jobs").json == [shown]


def test_jobs_are_listed_by_state(imported: Workbench, admin: Client) -> None:
    for _ in range(3):
        admin.post(TRAIN, {"force": True})

    reply = admin.get("/jobs?state=queued,lost&limit=1")

    assert (reply.total, len(reply.json)) == (2, 1)
    assert admin.get("/jobs?state=asleep").status == 400


def test_a_job_is_cancelled_once_and_can_be_repeated(imported: Workbench, admin: Client) -> None:
    job = admin.post(TRAIN, {}).json["id"]

    assert admin.post(f"/jobs/{job}/retry").json["reason"] == "JobNotFailed"
    assert admin.post(f"/jobs/{job}/cancel").json["state"] == "cancelled"
    assert admin.post(f"/jobs/{job}/cancel").json["reason"] == "JobIsOver"
    again = admin.post(f"/jobs/{job}/retry")
    assert (again.status, again.json["retry_of"], again.json["state"]) == (202, job, "running")


def test_wrong_requests_are_answered_in_the_contracts_shape(imported: Workbench, admin: Client) -> None:
    assert admin.post(TRAIN, {"only": "half"}).status == 400
    assert admin.post(TRAIN, {"nonsense": 1}).status == 400
    for path in ("/jobs/nobody", "/jobs/nobody/log"):
        assert admin.get(path).json["reason"] == "JobNotFound"
    assert admin.post("/jobs/nobody/cancel").status == 404


def test_what_rasas_validation_found_is_shown_with_file_and_line(imported: Workbench, admin: Client) -> None:
    job = admin.post(TRAIN, {}).json["id"]
    problem = {"path": "domain.yml", "line": 3, "severity": "warning", "message": "The intent 'greet' is not used."}
    error = {"path": "data/stories.yml", "line": 9, "severity": "error", "message": "The action 'x' is not listed."}

    deliver(
        says(job, "running", 1, problems=[problem, error]),
        says(job, "running", 2, progress={"stage": "validating"}),
        says(
            job, "failed", 3, error={"code": "TrainingFailed", "message": "Project validation completed with errors."}
        ),
    )

    shown = admin.get(f"/jobs/{job}").json
    assert (shown["state"], shown["problems"]) == ("failed", [problem, error])
    again = admin.post(TRAIN, {"skip_validation": True}).json
    assert (again["state"], again["options"]) == ("running", {"skip_validation": True})


def test_jobs_are_listed_by_kind(imported: Workbench, admin: Client) -> None:
    imported.train("m0")
    admin.put("/projects/default/evaluations/m0")

    assert [job["kind"] for job in admin.get("/jobs?kind=evaluate,parse").json] == ["evaluate"]
    assert admin.get("/jobs?kind=train").total == 1
