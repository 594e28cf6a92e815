"""Trainings on PostgreSQL, S3, ECS and SQS: from the request to the registered model, and through every crash."""

from __future__ import annotations

import itertools
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from parlance.adapters import aws, jobs, tasks
from parlance.domain.errors import Conflict, Invalid, Unavailable
from parlance.domain.jobs import Job, TrainOptions
from parlance.services import models, project
from parlance.services.job_tasks import start_queued
from parlance.services.jobs import cancel, get, log, reap, retry, start_training
from parlance.settings import settings
from tests.integration.models.conftest import DOMAIN, PROJECT, Workbench, deliver, model_file, says, stopped

if TYPE_CHECKING:
    from collections.abc import Callable


def started(**options: Any) -> Job:
    return start_training(TrainOptions(**options), "ada")


def environment(task: dict[str, Any]) -> dict[str, str]:
    (override,) = task["overrides"]["containerOverrides"]
    assert override["name"] == "rasa"
    return {variable["name"]: variable["value"] for variable in override["environment"]}


def pass_time(monkeypatch: pytest.MonkeyPatch, **passed: float) -> None:
    """Let the reaper's clock go forward."""
    moment = datetime.now(UTC) + timedelta(**passed)
    for module in ("job_care", "job_tasks", "job_facts", "jobs"):
        monkeypatch.setattr(f"parlance.services.{module}.now", lambda: moment)


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


def test_one_runs_the_others_queue_and_each_end_starts_the_next(imported: Workbench) -> None:
    first, second, third = started(), started(), started()
    assert [job.state for job in (first, second, third)] == ["running", "queued", "queued"]

    deliver(stopped(first.id, first.task_arn or "", 1))
    assert [get(job.id).state for job in (second, third)] == ["running", "queued"]

    cancel(second.id)
    assert [get(job.id).state for job in (second, third)] == ["cancelled", "running"]


def test_starts_at_the_same_moment_never_exceed_the_places(
    imported: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_RUNNING_JOBS", "2")
    settings.cache_clear()
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: started(), range(6)))

    states = sorted(get(job.id).state for job in made)
    assert states == ["queued"] * 4 + ["running"] * 2
    assert len(imported.tasks()) == 2


def test_a_cancelled_job_stops_its_task_and_stays_cancelled(imported: Workbench) -> None:
    job = started()

    assert cancel(job.id).state == "cancelled"

    assert imported.tasks() == []
    imported.finish(job.id)
    deliver(says(job.id, "succeeded", 3, result={"name": "m"}), stopped(job.id, job.task_arn or "", 143))
    assert get(job.id).state == "cancelled"
    assert models.list_models(tag=None, limit=1, offset=0)[1] == 0
    with pytest.raises(Conflict):
        cancel(job.id)


def test_a_retry_uses_the_same_data(imported: Workbench) -> None:
    job = started(force=True)
    with pytest.raises(Conflict):
        retry(job.id, "bob")
    deliver(says(job.id, "failed", 1, error={"code": "x", "message": "y"}))
    project.import_files({**PROJECT, "data/more.yml": "nlu: []"}, "ada")

    again = retry(job.id, "bob")

    assert (again.retry_of, again.created_by, again.options.force) == (job.id, "bob", True)
    assert environment(imported.tasks()[-1])["PROJECT_KEY"] == f"projects/{job.id}.zip"


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


def test_a_project_with_errors_is_not_trained(imported: Workbench) -> None:
    project.import_files({**PROJECT, "config.yml": "pipeline:\n- name: evil.Component\n"}, "ada")

    with pytest.raises(Invalid, match=r"evil\.Component is not among the components allowed here") as refusal:
        started()

    assert refusal.value.details["problems"][0]["line"] == 2
    assert imported.tasks() == []


def test_a_storage_that_refuses_leaves_no_job(imported: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_BUCKET", "no-such-bucket")
    settings.cache_clear()

    with pytest.raises(Unavailable, match="NoSuchBucket"):
        started()

    assert jobs.page((), 10, 0) == ([], 0)


class KilledError(BaseException):
    """The process dies here: nothing catches it."""


def dies(*_: object, **__: object) -> None:
    raise KilledError


DEATHS: list[tuple[str, Callable[[pytest.MonkeyPatch], None]]] = [
    ("before the claim", lambda patch: patch.setattr(jobs, "claim_next", dies)),
    ("before RunTask", lambda patch: patch.setattr(tasks, "run", dies)),
    ("after RunTask", lambda patch: patch.setattr("parlance.services.job_tasks.steps.task_started", dies)),
]


@pytest.mark.parametrize(("death", "kill"), DEATHS, ids=[name for name, _ in DEATHS])
def test_a_start_that_dies_anywhere_is_finished_by_the_reaper(
    imported: Workbench, monkeypatch: pytest.MonkeyPatch, death: str, kill: Callable[[pytest.MonkeyPatch], None]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        kill(patch)
        with pytest.raises(KilledError):
            started()
    (left,), _ = jobs.page((), 10, 0)

    pass_time(monkeypatch, minutes=2)
    reap()
    reap()

    job = get(left.id)
    (task,) = imported.tasks()
    assert (job.state, job.task_arn, job.attempt) == ("running", task["taskArn"], 1)


def test_the_reaper_leaves_a_job_alone_whose_task_speaks(imported: Workbench) -> None:
    job = started()

    assert reap() == 0

    assert get(job.id) == job


def test_a_task_that_vanished_is_run_again_and_after_the_last_attempt_lost(
    imported: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = started()
    monkeypatch.setattr(tasks, "describe", lambda _arn: None)
    monkeypatch.setattr(tasks, "find", lambda _job: None)
    attempts = []
    for minutes in (2, 4, 6):
        pass_time(monkeypatch, minutes=minutes)
        assert reap() == int(minutes < 6)
        attempts.append((get(job.id).state, get(job.id).attempt))

    assert attempts == [("running", 2), ("running", 3), ("lost", 3)]
    assert len(imported.tasks()) == 3


def test_a_vanished_task_that_left_a_model_has_succeeded(imported: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    job = started()
    imported.finish(job.id)
    monkeypatch.setattr(tasks, "describe", lambda _arn: None)
    pass_time(monkeypatch, minutes=2)

    reap()

    assert get(job.id).state == "succeeded"


def test_an_end_that_nobody_told_is_found(imported: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    job = started()
    aws.client("ecs").stop_task(
        cluster=imported.cluster, task=job.task_arn, reason="Essential container in task exited"
    )
    pass_time(monkeypatch, minutes=2)

    reap()

    assert (get(job.id).state, get(job.id).task_end.exit_code) == ("failed", 0)


def test_a_job_that_outruns_its_time_is_stopped(imported: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    job = started()
    pass_time(monkeypatch, hours=5)

    reap()

    assert (get(job.id).state, get(job.id).error.code) == ("failed", "TimeLimit")
    assert imported.tasks() == []


def test_the_task_of_a_cancelled_job_that_did_not_hear_it_is_stopped_later(
    imported: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = started()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks, "stop", refuses)
        cancel(job.id)
    assert len(imported.tasks()) == 1
    pass_time(monkeypatch, minutes=2)

    reap()

    assert imported.tasks() == []


def test_one_job_in_trouble_does_not_keep_the_others_from_help(
    imported: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_RUNNING_JOBS", "2")
    settings.cache_clear()
    troubled, overdue, waiting = started(), started(), started()
    ask = tasks.describe
    monkeypatch.setattr(tasks, "describe", lambda arn: refuses() if arn == troubled.task_arn else ask(arn))
    pass_time(monkeypatch, hours=5)

    with pytest.raises(Unavailable, match="1 jobs could not be looked after") as failure:
        reap()

    assert failure.value.details == {"jobs": [troubled.id]}
    assert [get(job.id).state for job in (troubled, overdue, waiting)] == ["running", "failed", "running"]


def refuses(*_: object) -> None:
    raise tasks.Refusal("ECS does not answer")


def test_a_cluster_that_does_not_answer_leaves_the_job_in_the_queue(
    imported: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks, "run", refuses)
        job = started()
    assert (job.state, job.tries, job.error.message) == ("queued", 1, "ECS does not answer")

    assert start_queued() == 1
    assert get(job.id).state == "running"


def test_a_start_that_is_refused_for_good_fails_at_once(imported: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINING_TASK", "nobody")
    settings.cache_clear()

    job = started()

    assert (job.state, job.error.code) == ("failed", "TaskRefused")
    assert "Unable to find task definition: nobody" in job.error.message
