"""Jobs as people see them: asked for, watched, cancelled, repeated; and the reaper, which lets none of them be lost."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from msgspec import to_builtins
from msgspec.structs import replace

from parlance.adapters import automation, jobs, models, objects
from parlance.adapters.sql import transaction
from parlance.domain import jobs as steps
from parlance.domain.errors import Conflict, Unavailable
from parlance.domain.jobs import Job, TrainOptions
from parlance.domain.models import PRODUCTION
from parlance.domain.orders import EvaluateOrder, Order, models_of, ordered, unchanged
from parlance.services import project
from parlance.services.job_care import PATIENCE, look_after
from parlance.services.job_tasks import log_of, now, queue, start_queued, stop
from parlance.services.models import tag_model
from parlance.settings import settings

if TYPE_CHECKING:
    from datetime import datetime

    from parlance.domain.git import Order as GitOrder


def start_training(options: TrainOptions, who: str) -> Job:
    """Queue a training of the project as it is now and start it if there is room; raises Invalid, Unavailable.

    One that would make the same model again is over at once, with the model that there is, unless it is forced.
    """
    job, body = _of_project(Job(id=uuid4().hex, created_at=now(), created_by=who, options=options))
    if options.finetune:
        models.find(options.finetune)
    known = None if options.force or options.finetune else automation.model_of(job.project_hash, options.only)
    if known:
        return _skip(job, known)
    objects.put(settings().data_bucket, job.project_key, body)
    return queue(job)


def start_order(order: Order, who: str) -> Job:
    """Queue an evaluation or a parsing; raises NotFound for a model that does not exist."""
    for name in models_of(order):
        models.find(name)
    job = ordered(order, uuid4().hex, who, now())
    if isinstance(order, EvaluateOrder):
        job, body = _of_project(job)
        objects.put(settings().data_bucket, job.project_key, body)
    return queue(job)


def start_git(order: GitOrder, who: str) -> Job:
    """Queue a git task and start it, unless one is at work."""
    return queue(Job(id=uuid4().hex, kind="git", orders=to_builtins(order), created_at=now(), created_by=who))


def open_job(kind: str) -> Job | None:
    """Return the job of a kind that is not over, if there is one."""
    return jobs.open_one(kind)


def retry(job_id: str, who: str) -> Job:
    """Queue the same training of the same data once more; raises Conflict unless the job ended without a model."""
    old = jobs.find(job_id)
    if not old.is_over or old.state == "succeeded":
        raise Conflict(f"The job is {old.state}: there is nothing to repeat.", code="JobNotFailed")
    return queue(steps.repeated(old, uuid4().hex, who, now()))


def cancel(job_id: str) -> Job:
    """End a job and its task; raises Conflict when it has ended already, NotFound."""
    before = jobs.find(job_id)
    job = jobs.change(job_id, partial(steps.cancelled, now=now()))
    if before.is_over or job.state != "cancelled":
        raise Conflict(f"The job is {job.state} already.", code="JobIsOver")
    stop(job)
    start_queued()
    return job


def list_jobs(
    *, states: tuple[str, ...], limit: int, offset: int, kinds: tuple[str, ...] = ()
) -> tuple[list[Job], int]:
    """Return jobs, the newest first, and their number."""
    return jobs.page(states, limit, offset, kinds=kinds)


def get(job_id: str) -> Job:
    """Return a job; raises NotFound."""
    return jobs.find(job_id)


def log(job_id: str, limit: int) -> dict[str, Any]:
    """Return the last lines of a job's log, while it runs and afterwards; raises NotFound."""
    job = jobs.find(job_id)
    return {"job": job.id, "state": job.state, "lines": log_of(job, limit)}


def reap() -> int:
    """Heal what a crash left: tasks never asked for, vanished, ended unheard, running too long or for nothing.

    Harmless to repeat and to run twice at once. Returns how many queued jobs it started; raises Unavailable at the
    end when a job could not be looked after, which the next round tries again.
    """
    failed = [job.id for job in jobs.watched(now() - PATIENCE) if not _is_looked_after(job)]
    started = start_queued()
    if failed:
        raise Unavailable(f"{len(failed)} jobs could not be looked after.", details={"jobs": failed})
    return started


def describe(job: Job) -> dict[str, Any]:
    """Return the API's job object; times are unix seconds."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "created_at": _seconds(job.created_at),
        "started_at": _seconds(job.started_at),
        "finished_at": _seconds(job.finished_at),
        "created_by": job.created_by,
        "options": job.options if job.kind == "train" else _shown(job.orders),
        "attempt": job.attempt,
        "retry_of": job.retry_of,
        "progress": job.progress,
        "model": job.model,
        "error": job.error,
        "problems": job.problems,
        "exit_code": job.task_end.exit_code if job.task_end else None,
    }


def _of_project(job: Job) -> tuple[Job, bytes]:
    """Return the job with its snapshot's key and hash, and the snapshot; raises Invalid, NotFound."""
    body, fingerprint = project.snapshot()
    return replace(job, project_key=f"projects/{job.id}.zip", project_hash=fingerprint), body


def _skip(job: Job, model: str) -> Job:
    """Close a training that would make a model again that there is; serve that one when it is asked for."""
    with transaction():
        jobs.insert(unchanged(job, model, now()))
        if job.options.promote:
            tag_model(model, PRODUCTION, job.created_by)
    return jobs.find(job.id)


def _is_looked_after(job: Job) -> bool:
    try:
        look_after(job)
    except Exception:  # noqa: BLE001 - the edge of a batch: one job's trouble must not keep the others from help
        return False
    return True


def _shown(orders: Any) -> Any:
    """Return orders without texts: who may see jobs need not be allowed to read what users said."""
    return {name: value for name, value in orders.items() if name != "texts"} if isinstance(orders, dict) else orders


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
