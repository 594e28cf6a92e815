"""Long work: trainings asked for, watched, cancelled, repeated."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from functions.api.answers import Answer, failure, page
from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain import shapes
from parlance.domain.jobs import Job, Kind, State, TrainOptions
from parlance.services import job_waiting
from parlance.services import jobs as work

jobs = Resource(__name__)


class JobFilter(msgspec.Struct, frozen=True):
    """Which jobs to list."""

    state: tuple[State, ...] = ()
    kind: tuple[Kind, ...] = ()
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


class Waiting(msgspec.Struct, frozen=True):
    """For how many seconds to wait for the end, 26 at most."""

    wait: Annotated[float, msgspec.Meta(ge=0, le=29)] = 0.0


def unsuccessful(job: Job, query: Waiting) -> Answer | None:
    """Answer for a job that is not over, or failed; None where what it made is the answer.

    A failure is no refusal: the job was started, and its key (`Idempotency-Key`) starts no other.
    """
    if not (query.wait and job.is_over):
        return Answer(work.describe(job), 202)
    return None if job.state == "succeeded" else failure(job_waiting.failed(job))


class LogPart(msgspec.Struct, frozen=True):
    """How much of a log to show."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 100


@jobs.endpoint(
    "POST",
    "/projects/default/models/jobs",
    scope="models.jobs:create",
    accepts=API_TOKEN,
    body=TrainOptions | None,
    query=Waiting,
    status=(202, 200, 201),
    answer=shapes.Job,
)
def train(call: Call, body: TrainOptions | None, query: Waiting) -> Answer:
    """Start a training and answer at once with its job; `?wait=` answers when it is over, if that is soon."""
    job = work.start_training(body or TrainOptions(), call.principal.username)
    is_known = job.is_over
    done = job_waiting.wait_for(job, query.wait, began=call.began)
    if answer := unsuccessful(done, query):
        return answer
    info = "Model already exists." if is_known else f"New model trained: {done.model}."
    return Answer({**work.describe(done), "info": info}, 201 if is_known else 200)


@jobs.endpoint("GET", "/jobs", scope="models.jobs:get", accepts=API_TOKEN, query=JobFilter, answer=list[shapes.Job])
def list_jobs(_call: Call, query: JobFilter) -> Answer:
    """List jobs, the newest first."""
    found, total = work.list_jobs(states=query.state, kinds=query.kind, limit=query.limit, offset=query.offset)
    return page([work.describe(job) for job in found], total)


@jobs.endpoint("GET", "/jobs/{job}", scope="models.jobs:get", accepts=API_TOKEN, answer=shapes.Job)
def show_job(_call: Call, job: str) -> dict[str, Any]:
    """Show one job with its progress."""
    return work.describe(work.get(job))


@jobs.endpoint(
    "GET", "/jobs/{job}/log", scope="models.jobs:get", accepts=API_TOKEN, query=LogPart, answer=shapes.JobLog
)
def show_log(_call: Call, job: str, query: LogPart) -> dict[str, Any]:
    """Show the last lines of a job's log, also while it runs."""
    return work.log(job, query.limit)


@jobs.endpoint("POST", "/jobs/{job}/cancel", scope="models.jobs:delete", accepts=API_TOKEN, answer=shapes.Job)
def cancel_job(_call: Call, job: str) -> dict[str, Any]:
    """Cancel a job and stop its task."""
    return work.describe(work.cancel(job))


@jobs.endpoint(
    "POST", "/jobs/{job}/retry", scope="models.jobs:create", accepts=API_TOKEN, status=202, answer=shapes.Job
)
def retry_job(call: Call, job: str) -> Answer:
    """Repeat a job that ended without a model, with the same data."""
    return Answer(work.describe(work.retry(job, call.principal.username)), 202)
