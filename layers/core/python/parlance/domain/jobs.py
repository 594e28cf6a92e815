"""A job as data, and the pure functions that lead from a job and a fact to the next job.

Facts come in any order and more than once (SQS), from the task, from ECS, from people and from the reaper. Whatever the
order, the end is the same: an outcome is never changed, and the proof of success is the model in storage, not the
message about it.
A function that has nothing to change returns the very job it was given.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from parlance.domain.project import Problem

State = Literal["queued", "running", "succeeded", "failed", "cancelled", "lost"]
Kind = Literal["train", "git", "evaluate", "parse", "reparse", "compare", "conversations"]
INTERRUPTED = "Stopped"
"""The code with which a task says that it was told to end; when that was not us, its host is going away."""
OVER: frozenset[State] = frozenset({"succeeded", "failed", "cancelled", "lost"})
MAX_ATTEMPTS = 3
"""So many tasks a job may use up: a task that vanished with its host is run again."""
LAST_SEQ = 2**62
MAX_TRIES = 5
"""So often the start of a task may be refused for a passing reason."""


class TrainOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What `POST .../models/jobs` may ask for; the task gets it as TRAIN_OPTIONS."""

    only: Literal["nlu", "core"] | None = None
    """Train one half of the assistant."""
    force: bool = False
    """Train every component, even one that did not change."""
    skip_validation: bool = False
    """Train a project that Rasa's validation refuses."""
    promote: bool = False
    """Serve the model when it is ready, even when another one is served now."""
    finetune: str = ""
    """Name of the model to go on from, instead of from nothing (Rasa's incremental training)."""
    epoch_fraction: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    """Share of the configured epochs that an incremental training takes."""


class Progress(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a training is; every part is there only while it is known."""

    stage: str | None = None
    component: str | None = None
    epoch: int | None = None
    epochs: int | None = None
    loss: float | None = None
    accuracy: float | None = None
    percent: float | None = None
    eta_s: float | None = None
    loss_of: str | None = None
    losses: tuple[tuple[int, float], ...] = ()
    """The loss of the component `loss_of` by epoch, thinned to some dozens of points."""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a job did not succeed: a code for programs, a sentence for people."""

    code: str
    message: str


class TaskEnd(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a container task as ECS tells it."""

    task_arn: str
    exit_code: int | None = None
    reason: str = ""
    was_interrupted: bool = False
    """It never ran, lost its host, or somebody who is none of us stopped it: no fault of the job."""


class JobMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What a task says of itself: `seq` grows within the task, `at` is unix seconds."""

    job_id: str
    at: float
    seq: int
    state: Literal["running", "succeeded", "failed"]
    progress: Progress | None = None
    result: dict[str, Any] | None = None
    error: Failure | None = None
    log_tail: list[str] | None = None
    problems: tuple[Problem, ...] | None = None


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One long piece of work; all times are aware UTC."""

    id: str
    created_at: datetime
    kind: Kind = "train"
    state: State = "queued"
    options: TrainOptions = TrainOptions()
    orders: Any = None
    """What a job that is no training has to do; its kind says how to read it."""
    project_key: str = ""
    """S3 key of the snapshot of the project, which a retry uses again."""
    project_hash: str = ""
    created_by: str = ""
    retry_of: str | None = None
    claimed_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    heard_at: datetime | None = None
    since: datetime | None = None
    """Messages from before belong to an earlier attempt; None in the first."""
    attempt: int = 1
    tries: int = 0
    progress: Progress | None = None
    progress_seq: int = -1
    log_tail: tuple[str, ...] = ()
    log_seq: int = -1
    task_arn: str | None = None
    past_tasks: tuple[str, ...] = ()
    task_end: TaskEnd | None = None
    model: str | None = None
    error: Failure | None = None
    problems: tuple[Problem, ...] = ()
    """What Rasa's validation found in the project."""
    revision: int = 0
    """Counts the changes; a change is written only on top of the revision that was read."""

    @property
    def is_over(self) -> bool:
        """Whether the outcome is known; it never changes then."""
        return self.state in OVER

    @property
    def model_key(self) -> str:
        """Return the one S3 key of this job's model, the same in every attempt: so one job makes one model."""
        return f"models/{self.id}.tar.gz"

    @property
    def report_key(self) -> str:
        """Return the one S3 key of the report of a job that is no training; what users said is kept for a week."""
        return f"{'reports' if self.kind == 'evaluate' else 'texts'}/{self.id}/report.json"

    @property
    def texts_key(self) -> str:
        """Return the S3 key of the texts that the job's models parse."""
        return f"texts/{self.id}/texts.json"

    @property
    def start_token(self) -> str:
        """Return RunTask's client token: a start that is repeated within an attempt starts nothing."""
        return self.id if self.attempt == 1 else f"{self.id}-{self.attempt}"


def claimed(job: Job, now: datetime) -> Job:
    """Take a queued job's turn to run: it holds a place from here on, before its task is asked for."""
    if job.state != "queued":
        return job
    return _with(job, state="running", claimed_at=now, started_at=job.started_at or now)


def task_started(job: Job, task_arn: str) -> Job:
    """Keep the task's name, even of a job that was cancelled meanwhile: somebody must stop it."""
    if job.task_arn is not None:
        return job
    return _with(job, task_arn=task_arn, past_tasks=tuple(arn for arn in job.past_tasks if arn != task_arn))


def start_refused(job: Job, failure: Failure, now: datetime, *, for_good: bool) -> Job:
    """Give the place back when no task could be started: try again later, or fail when that is no use."""
    if job.state != "running" or job.task_arn:
        return job
    if for_good or job.tries + 1 >= MAX_TRIES:
        return _over(job, "failed", now, failure)
    return _with(job, state="queued", tries=job.tries + 1, error=failure)


def heard(job: Job, message: JobMessage, now: datetime) -> Job:
    """Take a task's message; progress and log are the newest by `seq`, the outcome is the first one."""
    if _is_stale(job, message):
        return job
    job = _listened(job, message, now)
    if message.state == "failed":
        error = message.error or Failure(code="TrainingFailed", message="the task failed")
        return _again(job, "failed", error, now) if _is_interrupted(job, error) else _failed_by_task(job, error, now)
    return _with(job, state="running", claimed_at=now, started_at=now) if job.state == "queued" else job


def failed(job: Job, failure: Failure, now: datetime) -> Job:
    """Close a job that cannot succeed any more."""
    return job if job.is_over else _over(job, "failed", now, failure)


def succeeded(job: Job, model: str | None, now: datetime) -> Job:
    """Close a job whose model is in storage, or that makes none and has said that it is done."""
    return job if job.is_over else _over(job, "succeeded", now, None, model=model)


def ended(job: Job, end: TaskEnd, now: datetime, *, log: tuple[str, ...] = ()) -> Job:
    """Close a job whose task is over and left no model; one that was interrupted gets another task, some times.

    `log` is the end of the task's log, which outdoes what the task itself could still send.
    """
    if end.task_arn in job.past_tasks or (job.task_arn or end.task_arn) != end.task_arn:
        return job
    if job.task_end is None:
        kept = {"log_tail": log, "log_seq": LAST_SEQ} if log else {}
        job = _with(job, task_arn=end.task_arn, task_end=end, **kept)
    if job.is_over:
        return job
    failure = Failure(code="TaskEnded", message=_obituary(end))
    return _again(job, "failed", failure, now) if end.was_interrupted else _over(job, "failed", now, failure)


def vanished(job: Job, now: datetime) -> Job:
    """Run a job again whose task nobody knows any more; after the last attempt it is lost."""
    failure = Failure(code="TaskLost", message="the task disappeared without a word")
    return _again(job, "lost", failure, now) if job.state == "running" else job


def overdue(job: Job, limit_s: int, now: datetime) -> Job:
    """Fail a job that has been running for longer than `limit_s` seconds."""
    if job.state != "running" or job.claimed_at is None or (now - job.claimed_at).total_seconds() < limit_s:
        return job
    return _over(job, "failed", now, Failure(code="TimeLimit", message=f"stopped after the time limit of {limit_s} s"))


def cancelled(job: Job, now: datetime) -> Job:
    """Close a job that somebody does not want any more."""
    return job if job.is_over else _over(job, "cancelled", now, None)


def repeated(job: Job, job_id: str, who: str, now: datetime) -> Job:
    """Return a new job that does the same with the same data."""
    same = {name: getattr(job, name) for name in ("kind", "options", "orders", "project_key", "project_hash")}
    return Job(id=job_id, created_at=now, created_by=who, retry_of=job.id, **same)


def _with(job: Job, **changes: Any) -> Job:
    return msgspec.structs.replace(job, **changes)


def _over(job: Job, state: State, now: datetime, error: Failure | None, **more: Any) -> Job:
    return _with(job, state=state, finished_at=now, error=error, **more)


def _again(job: Job, last: State, failure: Failure, now: datetime) -> Job:
    if job.attempt >= MAX_ATTEMPTS:
        return _over(job, last, now, failure)
    fresh = Job(id=job.id, created_at=job.created_at)
    return _with(
        job,
        state="queued",
        attempt=job.attempt + 1,
        since=now,
        error=failure,
        past_tasks=job.past_tasks + ((job.task_arn,) if job.task_arn else ()),
        **{name: getattr(fresh, name) for name in ("task_arn", "task_end", "progress", "progress_seq", "log_seq")},
    )


def _is_interrupted(job: Job, error: Failure) -> bool:
    return error.code == INTERRUPTED and not job.is_over


def _is_stale(job: Job, message: JobMessage) -> bool:
    return job.since is not None and message.at < job.since.timestamp()


def _listened(job: Job, message: JobMessage, now: datetime) -> Job:
    changes: dict[str, Any] = {}
    if message.progress is not None and message.seq > job.progress_seq:
        changes |= {"progress": message.progress, "progress_seq": message.seq, "heard_at": now}
    if message.problems and len(message.problems) >= len(job.problems):
        changes |= {"problems": message.problems}
    if message.log_tail and message.seq > job.log_seq:
        changes |= {"log_tail": tuple(message.log_tail), "log_seq": message.seq}
    return _with(job, **changes) if changes else job


def _failed_by_task(job: Job, error: Failure, now: datetime) -> Job:
    """Believe what the task itself says of its failure more than its exit code, also afterwards."""
    if not job.is_over:
        return _over(job, "failed", now, error)
    known_by_exit_code_only = job.state == "failed" and job.error is not None and job.error.code == "TaskEnded"
    return _with(job, error=error) if known_by_exit_code_only else job


def _obituary(end: TaskEnd) -> str:
    code = "without an exit code" if end.exit_code is None else f"with exit code {end.exit_code}"
    return f"the task ended {code}" + (f": {end.reason}" if end.reason else "")
