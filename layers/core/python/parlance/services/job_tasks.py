"""Jobs and their container tasks: started while there is room, stopped, and looked after when nobody hears of them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from parlance.adapters import jobs, tasks
from parlance.domain import jobs as steps
from parlance.domain.errors import NotFound, Unavailable
from parlance.domain.jobs import Failure, Job
from parlance.domain.lanes import Lane, lanes
from parlance.services.preparation import environment_of
from parlance.settings import settings

LOG_KEPT = 100
"""Lines of a task's log that are kept with its job."""


def queue(job: Job) -> Job:
    """Store a new job and start it if there is room; returns it as it is then."""
    jobs.insert(job)
    start_queued()
    return jobs.find(job.id)


def start_queued() -> int:
    """Start queued jobs while there is room; returns how many. A start that is refused waits for the next call."""
    return sum(_start_lane(lane) for lane in lanes(settings().max_running_jobs))


def _start_lane(lane: Lane) -> int:
    started = 0
    while job := jobs.claim_next(lane, now()):
        if not start(job):
            break
        started += 1
    return started


def start(job: Job) -> bool:
    """Get a task for a job that has a place, or find the one that an earlier try got; says whether to go on."""
    try:
        task_arn = tasks.find(job.id) or tasks.run(job, environment_of(job))
    except tasks.Refusal as refusal:
        return _refused(job, Failure(code="TaskRefused", message=str(refusal)), for_good=refusal.for_good)
    except (NotFound, Unavailable) as error:
        return _refused(job, Failure(code=error.code, message=error.message), for_good=isinstance(error, NotFound))
    job = jobs.change(job.id, partial(steps.task_started, task_arn=task_arn))
    if job.is_over:
        stop(job)
    return True


def _refused(job: Job, failure: Failure, *, for_good: bool) -> bool:
    jobs.change(job.id, partial(steps.start_refused, failure=failure, now=now(), for_good=for_good))
    return for_good


def stop(job: Job) -> bool:
    """Ask the task of a job that is over to end; says whether ECS took it. The reaper asks again."""
    try:
        if job.task_arn and not job.task_end:
            tasks.stop(job.task_arn, f"the job is {job.state}")
    except tasks.Refusal:
        return False
    return True


def log_of(job: Job, limit: int) -> tuple[str, ...]:
    """Return the last lines of a job's log, from its task where that can be read, else as it was told."""
    live = tasks.log(job.task_arn, limit, job.kind) if job.task_arn else ()
    return (live or job.log_tail)[-limit:]


def now() -> datetime:
    """Return the time, aware, UTC."""
    return datetime.now(UTC)
