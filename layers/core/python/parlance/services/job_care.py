"""One job that nobody has heard of: what became of its task, and what follows from that."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from parlance.adapters import jobs, tasks
from parlance.domain import jobs as steps
from parlance.domain.job_facts import Ended
from parlance.domain.jobs import Failure, Job, TaskEnd
from parlance.services.job_facts import take
from parlance.services.job_tasks import now, start, stop
from parlance.services.outcomes import close
from parlance.settings import settings

if TYPE_CHECKING:
    from datetime import datetime

QUIET = timedelta(seconds=60)
"""Nothing is asked of a job that anything happened to just now; tasks speak every 20 seconds."""
PATIENCE = timedelta(hours=1)
"""So long the task of a job that is over is asked to end."""

UNDERSTOOD_WITHIN = timedelta(hours=2)
"""So long beyond its time limit it is tried to learn what became of a job."""
UNCLEAR = Failure(code="TimeLimit", message="its time is over, and what became of it could not be found out")


def look_after(job: Job) -> None:
    """Find out what the job's task does, and act on it; raises Refusal when ECS does not say."""
    if now() - _last_word(job) < QUIET:
        return
    try:
        _look(job)
    except Exception:
        _give_up(job)
        raise


def _look(job: Job) -> None:
    task_arn = job.task_arn or tasks.find(job.id)
    if task_arn:
        _ask_about(jobs.change(job.id, partial(steps.task_started, task_arn=task_arn)), task_arn)
    elif not job.is_over and close(job, {}) is None:
        start(job)


def _ask_about(job: Job, task_arn: str) -> None:
    task = tasks.describe(task_arn)
    if task is None:
        _do_without(job, task_arn)
    elif task.is_stopped:
        take(Ended(job_id=job.id, end=task.end))
    else:
        job = jobs.change(job.id, partial(steps.overdue, limit_s=settings().job_time_limit, now=now()))
        if job.is_over:
            stop(job)


def _do_without(job: Job, task_arn: str) -> None:
    """Close a job whose task ECS has forgotten with what it left, or have it run again."""
    if close(job, {}) is None:
        jobs.change(job.id, partial(steps.vanished, now=now()))
    else:
        end = TaskEnd(task_arn=task_arn, reason="ECS knows the task no more")
        jobs.change(job.id, partial(steps.ended, end=end, now=now()))


def _give_up(job: Job) -> None:
    """Close a job that cannot be understood for hours beyond its time limit: others wait for its place."""
    claimed_at, limit = job.claimed_at, timedelta(seconds=settings().job_time_limit)
    if claimed_at and now() - claimed_at > limit + UNDERSTOOD_WITHIN:
        stop(jobs.change(job.id, partial(steps.failed, failure=UNCLEAR, now=now())))


def _last_word(job: Job) -> datetime:
    moments = (job.created_at, job.claimed_at, job.heard_at, job.finished_at)
    return max(moment for moment in moments if moment)
