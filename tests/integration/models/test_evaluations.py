"""Evaluations: from the request to Rasa's own report, and the rules that keep a model from service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from parlance.adapters import aws
from parlance.domain.errors import Conflict
from parlance.services import models, outcomes
from parlance.services.jobs import get, list_jobs
from tests.integration.models.conftest import Workbench, deliver, environment, model_file, says, started, stopped

if TYPE_CHECKING:
    from tests.support.api import Client

ALL = "/projects/default/evaluations"
AUTOMATION = "/projects/default/automation"
REPORT: dict[str, Any] = json.loads(Path("tests/data/evaluation-report.json").read_text())
"""What Rasa 3.6.21 said of the example assistant, shortened: one of two end-to-end tests failed."""


@pytest.fixture
def model(imported: Workbench) -> Workbench:
    imported.train("m0")
    return imported


def open_jobs() -> dict[str, Any]:
    return {job.kind: job for job in list_jobs(states=("queued", "running"), limit=9, offset=0)[0]}


def test_an_evaluation_is_a_task_of_its_own_and_its_report_is_rasas(model: Workbench, admin: Client) -> None:
    job = admin.put(f"{ALL}/m0", {"parts": ["nlu", "tests", "cross_validation"], "folds": 5})
    assert (job.status, job.json["kind"], job.json["state"]) == (202, "evaluate", "running")
    (task,) = model.tasks()
    (override,) = task["overrides"]["containerOverrides"]
    told = environment(task)
    assert override["command"] == ["python", "-m", "parlance_rasa.tasks.evaluate"]
    orders = json.loads(told["ORDERS"])
    assert orders == {
        "models": [{"name": "m0", "key": models.download("m0").model.object_key}],
        "parts": ["nlu", "tests", "cross_validation"],
        "folds": 5,
    }
    assert told["REPORT_KEY"] == f"reports/{job.json['id']}/report.json"
    assert aws.client("s3").head_object(Bucket=model.data, Key=told["PROJECT_KEY"])

    model.leave_report(job.json["id"], REPORT)
    deliver(stopped(job.json["id"], task["taskArn"], 137))  # the report is what counts

    assert get(job.json["id"]).state == "succeeded"
    read = admin.get(f"{ALL}/m0").json
    assert read["intent_evaluation"] == REPORT["intent_evaluation"]
    assert read["tests"]["failed"].startswith('version: "3.1"')
    (listed,) = admin.get(ALL).json
    assert listed["intent_evaluation"]["f1_score"] == pytest.approx(0.946, abs=0.001)
    assert listed["scores"]["tests"] | {"f1": 0} == {
        "f1": 0, "accuracy": pytest.approx(0.944, abs=0.001), "precision": pytest.approx(0.944, abs=0.001),
        "correct": 1, "total": 2, "with_warnings": 0,
    }  # fmt: skip
    assert listed["scores"]["nlu"]["errors"] == 7
    assert (listed["passed"], listed["model"]) == (True, "m0")


def test_rasas_own_files_are_handed_out_and_all_of_it_can_be_dropped(model: Workbench, admin: Client) -> None:
    job = admin.put(f"{ALL}/m0").json["id"]
    name = "nlu/intent_histogram.png"
    aws.client("s3").put_object(Bucket=model.data, Key=f"reports/{job}/{name}", Body=b"png")
    model.leave_report(job, REPORT)
    deliver(says(job, "succeeded", 3))

    reply = admin.get(f"{ALL}/m0/file?name={name}")
    assert (reply.status, f"/reports/{job}/{name}" in reply.headers["Location"]) == (302, True)
    assert admin.get(f"{ALL}/m0/file?name=../../projects/x.zip").status == 404

    assert admin.delete(f"{ALL}/m0").status == 204
    assert admin.get(f"{ALL}/m0").json["reason"] == "EvaluationNotFound"
    assert admin.delete(f"{ALL}/m0").status == 404
    assert "Contents" not in aws.client("s3").list_objects_v2(Bucket=model.data, Prefix="reports/")


def test_what_cannot_be_evaluated_is_said(model: Workbench, admin: Client, subtests: pytest.Subtests) -> None:
    assert admin.put(f"{ALL}/nobody").json["reason"] == "ModelNotFound"
    assert admin.put(f"{ALL}/m0", {"parts": ["luck"]}).status == 400
    for report, code in ((b"{", "ReportInvalid"), (None, "ReportMissing")):
        with subtests.test(code=code):
            job = admin.put(f"{ALL}/m0").json["id"]
            if report:
                model.leave_report(job, report)
            deliver(says(job, "succeeded", 3))
            assert (get(job).state, get(job).error.code) == ("failed", code)
    assert admin.get(ALL).json == []


def test_a_training_is_followed_by_what_the_rules_say(imported: Workbench, admin: Client) -> None:
    assert admin.get(AUTOMATION).json["evaluate"] == []
    rules = {"evaluate": ["nlu", "tests"], "reparse_inbox": True}
    assert admin.put(AUTOMATION, rules).json["evaluate"] == ["nlu", "tests"]
    assert admin.put(AUTOMATION, {"evaluate": ["nlu"], "least_tests": 1.0}).status == 400
    assert admin.put(AUTOMATION, {"least_tests": 2}).status == 400

    training = imported.train("m0")

    follow = open_jobs()
    assert set(follow) == {"evaluate", "reparse"}
    assert (follow["evaluate"].project_key, follow["evaluate"].orders["parts"]) == (
        f"projects/{training.id}.zip",
        ["nlu", "tests"],
    )
    assert models.serve("production", "").model.name == "m0"  # nothing keeps it from service


def test_a_model_that_fails_its_tests_is_not_served_and_one_that_passes_is(imported: Workbench, admin: Client) -> None:
    admin.put(AUTOMATION, {"evaluate": ["tests"], "least_tests": 1.0})
    passed = {**REPORT, "tests": {**REPORT["tests"], "report": {"conversation_accuracy": {"correct": 2, "total": 2}}}}
    served = []
    for name, report in (("bad", REPORT), ("good", passed), ("worse", REPORT)):
        imported.train(name, promote=True)
        job = open_jobs()["evaluate"]
        imported.leave_report(job.id, report)
        deliver(says(job.id, "succeeded", 2), stopped(job.id, job.task_arn or "", 0))
        served.append(admin.get("/projects/default/models?tag=production").json)

    assert [found[0]["model"] if found else None for found in served] == [None, "good", "good"]
    listed = {row["model"]: row for row in admin.get(ALL).json}
    assert listed["worse"]["objections"] == ["the share of right test conversations is 0.500, the rule asks for 1"]
    refused = admin.put("/projects/default/models/worse/tags/production")
    assert (refused.status, refused.json["reason"]) == (409, "ModelFailedTests")
    assert admin.put("/projects/default/models/worse/tags/staging").status == 204
    with pytest.raises(Conflict):
        models.tag_model("bad", "production", "ada")
    admin.put(AUTOMATION, {})
    assert admin.put("/projects/default/models/worse/tags/production").status == 204


def test_a_first_model_that_passes_late_does_not_displace_the_one_that_people_chose(
    imported: Workbench, admin: Client
) -> None:
    admin.put(AUTOMATION, {"evaluate": ["nlu"], "least_intent_f1": 0.5})
    imported.train("first")
    held = open_jobs()["evaluate"]
    chosen = models.save_upload(model_file(), "chosen", "ada")
    assert admin.put(f"/projects/default/models/{chosen.name}/tags/production").status == 204

    imported.leave_report(held.id, REPORT)
    deliver(says(held.id, "succeeded", 2))

    assert models.serve("production", "").model.name == "chosen"


def test_half_a_model_that_was_held_back_is_served_when_it_passes_and_that_was_asked(
    imported: Workbench, admin: Client
) -> None:
    admin.put(AUTOMATION, {"evaluate": ["nlu"], "least_intent_f1": 0.5})
    served = []
    for promote in (False, True):
        imported.train(f"half-{promote}", only="nlu", promote=promote)
        held = open_jobs()["evaluate"]
        imported.leave_report(held.id, REPORT)
        deliver(says(held.id, "succeeded", 2), stopped(held.id, held.task_arn or "", 0))
        served.append([found["model"] for found in admin.get("/projects/default/models?tag=production").json])

    assert served == [[], ["half-True"]]


def test_a_model_deleted_while_it_is_tested_holds_up_nobody(imported: Workbench, admin: Client) -> None:
    admin.put(AUTOMATION, {"evaluate": ["nlu"], "least_intent_f1": 0.5})
    imported.train("gone", promote=True)
    held, next_one = open_jobs()["evaluate"], started()
    assert admin.delete("/projects/default/models/gone").status == 204

    imported.leave_report(held.id, REPORT)
    assert deliver(says(held.id, "succeeded", 2), stopped(held.id, held.task_arn or "", 0)) == []

    assert [get(job.id).state for job in (held, next_one)] == ["succeeded", "running"]


def test_a_report_that_no_function_could_read_fails_its_job(
    model: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = admin.put(f"{ALL}/m0").json["id"]
    model.leave_report(job, REPORT)
    monkeypatch.setattr(outcomes, "LARGEST_REPORT", 100)

    deliver(says(job, "succeeded", 2))

    assert (get(job).state, get(job).error.code) == ("failed", "ReportInvalid")


def test_the_newest_evaluation_is_the_one_that_counts(model: Workbench, admin: Client) -> None:
    for f1 in (0.2, 0.9):
        job = admin.put(f"{ALL}/m0").json["id"]
        intents = {**REPORT["intent_evaluation"], "f1_score": f1}
        model.leave_report(job, {**REPORT, "intent_evaluation": intents})
        deliver(says(job, "succeeded", 2))
    admin.put(AUTOMATION, {"least_intent_f1": 0.5})

    (listed,) = admin.get(ALL).json

    assert (listed["scores"]["nlu"]["f1"], listed["passed"], admin.get(ALL).total) == (0.9, True, 1)


def test_a_model_takes_its_evaluations_with_it(model: Workbench, admin: Client) -> None:
    model.train("m1", promote=True)
    job = admin.put(f"{ALL}/m0").json["id"]
    model.leave_report(job, REPORT)
    deliver(says(job, "succeeded", 2))
    late = admin.put(f"{ALL}/m0").json["id"]

    assert admin.delete("/projects/default/models/m0").status == 204
    assert "Contents" not in aws.client("s3").list_objects_v2(Bucket=model.data, Prefix="reports/")
    model.leave_report(late, REPORT)
    deliver(says(late, "succeeded", 2))

    assert admin.get(ALL).json == []
    assert get(late).state == "succeeded"


def test_reading_needs_less_than_evaluating(model: Workbench, tester: Client) -> None:
    assert tester.get(ALL).status == 200
    assert tester.put(f"{ALL}/m0").status == 403
    assert tester.put(AUTOMATION, {}).status == 403
