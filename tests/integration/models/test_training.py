"""Trainings on PostgreSQL, S3, ECS and SQS: from the request to the registered model."""

from __future__ import annotations

import itertools
import json
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from parlance.adapters import aws
from parlance.domain.errors import NotFound
from parlance.services import models, outcomes
from parlance.services.jobs import get, log
from parlance.settings import settings
from tests.integration.models.conftest import (
    DOMAIN,
    Workbench,
    deliver,
    environment,
    model_file,
    says,
    started,
    stopped,
)

if TYPE_CHECKING:
    import pytest


def test_a_training_becomes_a_task_with_everything_it_needs(imported: Workbench) -> None:
    job = started(only="nlu", force=True)

    (task,) = imported.tasks()
    assert (job.state, job.task_arn) == ("running", task["taskArn"])
    assert task["startedBy"] == f"job-{job.id}"
    variables = environment(task)
    assert variables == {
        "JOB_ID": job.id,
        "JOBS_QUEUE": settings().jobs_queue,
        "DATA_BUCKET": imported.data,
        "PROJECT_KEY": f"projects/{job.id}.zip",
        "MODELS_BUCKET": imported.models,
        "MODEL_KEY": f"models/{job.id}.tar.gz",
        "TRAIN_OPTIONS": variables["TRAIN_OPTIONS"],
    }
    assert json.loads(variables["TRAIN_OPTIONS"]) == {"only": "nlu", "force": True}
    body = aws.client("s3").get_object(Bucket=imported.data, Key=variables["PROJECT_KEY"])["Body"].read()
    with zipfile.ZipFile(BytesIO(body)) as archive:
        assert archive.read("domain.yml").decode() == DOMAIN


def test_messages_lead_to_a_registered_model_that_is_served(imported: Workbench) -> None:
    job = started()
    progress = {"stage": "training", "component": "DIETClassifier", "epoch": 3, "epochs": 40, "loss": 1.5}
    assert deliver(says(job.id, "running", 1, progress=progress, log_tail=["Epoch 3"])) == []
    running = get(job.id)
    assert (running.state, running.progress.epoch, running.log_tail) == ("running", 3, ("Epoch 3",))

    imported.finish(job.id)
    result = {"name": "20261122-happy", "rasa_version": "3.6.21", "trained_at": "2026-11-22T10:11:12Z", "model_id": "m"}
    assert deliver(says(job.id, "succeeded", 2, result=result)) == []

    done = get(job.id)
    assert (done.state, done.model, done.error) == ("succeeded", "20261122-happy", None)
    model = models.serve("production", "").model
    assert (model.name, model.job_id, model.tags) == ("20261122-happy", job.id, ("production",))
    assert model.trained_at == datetime(2026, 11, 22, 10, 11, 12, tzinfo=UTC)
    assert model.project_hash == job.project_hash
    stored = aws.client("s3").head_object(Bucket=imported.models, Key=f"models/{job.id}.tar.gz")
    assert (model.etag, model.size) == (stored["ETag"].strip('"'), stored["ContentLength"])


def test_messages_in_any_order_and_twice_make_one_model(imported: Workbench, subtests: pytest.Subtests) -> None:
    for number, order in enumerate(itertools.permutations(range(3)), start=1):
        with subtests.test(order=order):
            job = started()
            imported.finish(job.id)
            result = {"name": "m", "rasa_version": "3.6.21", "trained_at": "2026-11-22T10:00:00Z"}
            facts = [
                says(job.id, "running", 1, progress={"epoch": 1}),
                says(job.id, "succeeded", 2, result=result),
                stopped(job.id, job.task_arn or "", 0),
            ]
            for index in (*order, *order):
                assert deliver(facts[index]) == []

            done = get(job.id)
            found, total = models.list_models(tag=None, limit=10, offset=0)
            assert (done.state, done.task_end.exit_code, total) == ("succeeded", 0, number)
            assert done.model in {model.name for model in found}


def test_a_model_whose_message_was_lost_is_registered_from_its_own_metadata(imported: Workbench) -> None:
    job = started()
    imported.finish(job.id, model_file(trained_at="2026-11-22T08:00:00"))

    deliver(stopped(job.id, job.task_arn or "", 139))

    done = get(job.id)
    (model,), _ = models.list_models(tag=None, limit=1, offset=0)
    assert (done.state, done.task_end.exit_code) == ("succeeded", 139)
    assert (model.rasa_version, model.trained_at) == ("3.6.21", datetime(2026, 11, 22, 8, tzinfo=UTC))


def test_a_silent_death_shows_exit_code_reason_and_the_end_of_the_log(imported: Workbench) -> None:
    job = started()
    stream = f"train/rasa/{job.task_arn.rpartition('/')[2]}"
    aws.client("logs").create_log_stream(logGroupName=settings().worker_logs, logStreamName=stream)
    lines = [{"timestamp": 1795342492290 + number, "message": f"line {number}"} for number in range(150)]
    aws.client("logs").put_log_events(logGroupName=settings().worker_logs, logStreamName=stream, logEvents=lines)

    deliver(stopped(job.id, job.task_arn or "", 137))

    done = get(job.id)
    assert (done.state, done.error.code) == ("failed", "TaskEnded")
    assert done.error.message == "the task ended with exit code 137: Essential container in task exited"
    assert done.log_tail == tuple(f"line {number}" for number in range(50, 150))
    assert log(job.id, 2)["lines"] == ("line 148", "line 149")


def test_a_line_of_the_log_that_has_no_end_is_cut(imported: Workbench) -> None:
    job = started()
    stream = f"train/rasa/{job.task_arn.rpartition('/')[2]}"
    aws.client("logs").create_log_stream(logGroupName=settings().worker_logs, logStreamName=stream)
    lines = [{"timestamp": 1795342492290, "message": "x" * 100_000}]
    aws.client("logs").put_log_events(logGroupName=settings().worker_logs, logStreamName=stream, logEvents=lines)

    deliver(stopped(job.id, job.task_arn or "", 137))

    assert [len(line) for line in get(job.id).log_tail] == [2000]


def test_a_reported_failure_keeps_its_words_whatever_comes_after(imported: Workbench) -> None:
    job = started()
    error = {"code": "TrainingFailed", "message": "No training data\x00 given"}

    deliver(stopped(job.id, job.task_arn or "", 1), says(job.id, "failed", 7, error=error, log_tail=["a", "b"]))

    assert get(job.id).error.message == "No training data\ufffd given"


def test_a_success_without_a_model_is_a_failure(imported: Workbench) -> None:
    job = started()

    deliver(says(job.id, "succeeded", 2, result={"name": "m"}))

    assert (get(job.id).state, get(job.id).error.code) == ("failed", "ModelMissing")


def test_a_file_that_is_no_model_is_a_failure(imported: Workbench) -> None:
    job = started()
    imported.finish(job.id, b"not a model")

    deliver(stopped(job.id, job.task_arn or "", 0))

    assert (get(job.id).state, get(job.id).error.code) == ("failed", "ModelSaveError")


def test_bad_messages_come_back_and_the_others_are_done(imported: Workbench) -> None:
    job = started()
    unrelated = stopped("x", "arn").replace("job-x", "ecs-svc/1")

    again = deliver(
        "{",
        "[]",
        '{"kind":"turn"}',
        unrelated,
        says("nobody", "running"),
        says(job.id, "running", 4, progress={"epoch": 1}),
    )

    assert again == ["0", "1", "2"]
    assert get(job.id).progress_seq == 4


def test_only_a_job_that_is_not_there_is_unknown(imported: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    def misses(*_: object) -> None:
        raise NotFound("The file is not in storage.", code="FileNotFound")

    job = started()
    monkeypatch.setattr(outcomes, "close", misses)

    assert deliver(says("nobody", "succeeded"), says(job.id, "succeeded", 2)) == ["1"]


def test_a_second_model_waits_for_its_promotion_unless_asked_for(imported: Workbench) -> None:
    for number, promote in enumerate([False, False, True]):
        job = started(promote=promote)
        imported.finish(job.id)
        result = {"name": f"m{number}", "rasa_version": "3.6.21", "trained_at": 1795342492 + number}
        deliver(says(job.id, "succeeded", 2, result=result), stopped(job.id, job.task_arn or "", 0))
        expected = "m2" if promote else "m0"
        assert models.serve("production", "").model.name == expected


def test_two_models_of_one_name_are_kept_apart(imported: Workbench) -> None:
    names = []
    for _ in range(2):
        job = started()
        imported.finish(job.id)
        result = {"name": "same", "rasa_version": "3.6.21", "trained_at": 1795342492}
        deliver(says(job.id, "succeeded", 2, result=result))
        names.append(get(job.id).model)

    assert names == ["same", f"same-{job.id[:12]}"]
