"""The reaper: whatever died between a row and its task is finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from parlance.adapters import aws, jobs, tasks
from parlance.domain.errors import Unavailable
from parlance.services import outcomes
from parlance.services.jobs import cancel, get, reap
from parlance.settings import settings
from tests.integration.models.conftest import (
    Workbench,
    pass_time,
    refuses,
    started,
)

if TYPE_CHECKING:
    from collections.abc import Callable


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


def test_a_job_that_nobody_understands_gives_its_place_to_the_next_at_last(
    imported: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    odd, waiting = started(), started()
    imported.finish(odd.id)
    aws.client("ecs").stop_task(cluster=imported.cluster, task=odd.task_arn)
    monkeypatch.setattr(outcomes, "close", breaks)
    seen = []
    for hours in (5, 7):
        pass_time(monkeypatch, hours=hours)
        with pytest.raises(Unavailable):
            reap()
        seen.append([get(job.id).state for job in (odd, waiting)])

    assert seen == [["running", "queued"], ["failed", "running"]]
    assert get(odd.id).error.code == "TimeLimit"


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
