"""Jobs that queue, start, are refused, cancelled and repeated."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from parlance.adapters import jobs, tasks
from parlance.domain.errors import Conflict, Invalid, NotFound, Unavailable
from parlance.domain.jobs import Job
from parlance.domain.orders import CompareOrder, EvaluateOrder, ParseOrder
from parlance.services import models, project
from parlance.services.job_tasks import start_queued
from parlance.services.jobs import cancel, get, retry, start_order
from parlance.settings import settings
from tests.integration.models.conftest import (
    PROJECT,
    Workbench,
    deliver,
    environment,
    refuses,
    says,
    started,
    stopped,
)

PARSING, COMPARING = ParseOrder(model="m0", texts=("hello",)), CompareOrder(models=("m0", "m0"))
TESTING = EvaluateOrder(model="m0")


def test_one_runs_the_others_queue_and_each_end_starts_the_next(imported: Workbench) -> None:
    first, second, third = started(), started(), started()
    assert [job.state for job in (first, second, third)] == ["running", "queued", "queued"]

    deliver(stopped(first.id, first.task_arn or "", 1))
    assert [get(job.id).state for job in (second, third)] == ["running", "queued"]

    cancel(second.id)
    assert [get(job.id).state for job in (second, third)] == ["cancelled", "running"]


def test_what_takes_seconds_does_not_wait_behind_a_training(imported: Workbench) -> None:
    imported.train("m0")
    training = started()

    parsing, comparing, testing = (start_order(order, "ada") for order in (PARSING, COMPARING, TESTING))

    assert [job.state for job in (training, parsing, comparing, testing)] == ["running", "running", "queued", "queued"]
    cancel(parsing.id)
    assert [get(job.id).state for job in (comparing, testing)] == ["running", "queued"]
    cancel(training.id)
    assert get(testing.id).state == "running"


def test_only_a_training_has_the_role_that_writes_models(imported: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    imported.train("m0")
    monkeypatch.setenv("EXAMINE_ROLE", "arn:aws:iam::000000000000:role/examine")
    monkeypatch.setenv("MAX_RUNNING_JOBS", "2")
    settings.cache_clear()

    jobs = (started(), *(start_order(order, "ada") for order in (TESTING, PARSING)))

    roles = {task["taskArn"]: task["overrides"].get("taskRoleArn") for task in imported.tasks()}
    assert [roles[job.task_arn] for job in jobs] == [None, *["arn:aws:iam::000000000000:role/examine"] * 2]


@pytest.mark.parametrize("long", ["conversations", "reparse"])
def test_what_takes_seconds_does_not_wait_behind_what_goes_through_all_that_was_said(
    imported: Workbench, long: str
) -> None:
    imported.train("m0")
    jobs.insert(Job(id="goes-on", created_at=datetime.now(UTC), state="running", kind=long))

    assert start_order(PARSING, "ada").state == "running"


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


def test_a_cluster_that_does_not_answer_leaves_the_job_in_the_queue(
    imported: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks, "run", refuses)
        job = started()
    assert (job.state, job.tries, job.error.message) == ("queued", 1, "ECS does not answer")

    assert start_queued() == 1
    assert get(job.id).state == "running"


def test_a_busy_moment_does_not_use_up_the_tries(imported: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [datetime.now(UTC)]
    monkeypatch.setattr("parlance.services.job_tasks.now", lambda: clock[-1])
    monkeypatch.setattr(tasks, "run", refuses)
    job = started()
    tries = []
    for minutes in (0, 0, 0, 1, 1, 2):
        clock.append(clock[0] + timedelta(minutes=minutes))
        start_queued()
        tries.append((get(job.id).state, get(job.id).tries))

    assert tries == [("queued", 2), ("queued", 2), ("queued", 2), ("queued", 3), ("queued", 3), ("queued", 4)]


def test_a_start_that_is_refused_for_good_fails_at_once(imported: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINING_TASK", "nobody")
    settings.cache_clear()

    job = started()

    assert (job.state, job.error.code) == ("failed", "TaskRefused")
    assert "Unable to find task definition: nobody" in job.error.message


def test_a_project_that_did_not_change_is_not_trained_again_unless_forced(imported: Workbench) -> None:
    imported.train("m0", force=False)

    again, half, forced = started(force=False), started(force=False, only="nlu"), started(force=True)

    assert (again.state, again.model, again.progress.stage) == ("succeeded", "m0", "unchanged")
    assert [half.state, forced.state] == ["running", "queued"]
    project.import_files({**PROJECT, "data/more.yml": "nlu: []"}, "ada")
    assert started(force=False).state == "queued"


def test_a_training_that_is_skipped_serves_the_model_when_it_is_asked_to(imported: Workbench) -> None:
    imported.train("m0")
    project.import_files({**PROJECT, "data/more.yml": "nlu: []"}, "ada")
    imported.train("m1", promote=True)
    project.import_files(PROJECT, "ada")

    assert started(force=False, promote=True).model == "m0"

    assert models.serve("production", "").model.name == "m0"


def test_an_incremental_training_is_told_where_its_base_is(imported: Workbench) -> None:
    imported.train("m0")

    job = started(force=False, finetune="m0", epoch_fraction=0.2)

    (task,) = imported.tasks()
    base = models.download("m0").model.object_key
    assert json.loads(environment(task)["TRAIN_OPTIONS"]) == {"finetune": base, "epoch_fraction": 0.2}
    assert get(job.id).options.finetune == "m0"
    with pytest.raises(NotFound):
        started(finetune="nobody")


def test_a_base_that_is_gone_when_its_turn_comes_fails_the_job(imported: Workbench) -> None:
    imported.train("m0")
    imported.train("m1", promote=True)
    running, waiting = started(), started(finetune="m0")
    models.delete_model("m0")

    cancel(running.id)

    assert (get(waiting.id).state, get(waiting.id).error.code) == ("failed", "ModelNotFound")
