"""What tasks and ECS say, applied to jobs: any order, any number of times, the same end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import jobs, tasks
from parlance.domain import jobs as steps
from parlance.domain.errors import Invalid, NotFound
from parlance.domain.job_facts import Ended, Refused, read
from parlance.domain.jobs import Failure, Job, JobMessage
from parlance.services import models
from parlance.services.job_tasks import LOG_KEPT, now, start_queued

if TYPE_CHECKING:
    from collections.abc import Iterable

MISSING = Failure(code="ModelMissing", message="the task reported a model that is not in storage")


class BatchReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch: messages to be delivered again, and counts for the log."""

    failures: list[str]
    counts: dict[str, int]


def take_batch(records: Iterable[dict[str, Any]]) -> BatchReport:
    """Apply every message of an SQS batch, each by itself, then give free places to queued jobs."""
    outcomes = {record["messageId"]: _outcome(record["body"]) for record in records}
    started = start_queued() if "closed" in outcomes.values() else 0
    counts = {word: list(outcomes.values()).count(word) for word in sorted(set(outcomes.values()))}
    again = [message for message, outcome in outcomes.items() if outcome in {"refused", "crashed"}]
    return BatchReport(failures=again, counts={**counts, "started": started})


def take(fact: JobMessage | Ended) -> Job:
    """Apply one fact and return the job as it is then; raises NotFound for a job that does not exist."""
    if isinstance(fact, Ended):
        return _take_end(fact)
    heard = partial(steps.heard, message=fact, now=now())
    if fact.state != "succeeded":
        return jobs.change(fact.job_id, heard)
    job = jobs.change(fact.job_id, heard)
    if job.kind == "git":
        return jobs.change(job.id, partial(steps.succeeded, model=None, now=now()))
    closed = close_with_model(job, fact.result or {})
    return closed or jobs.change(job.id, partial(steps.failed, failure=MISSING, now=now()))


def close_with_model(job: Job, result: dict[str, Any]) -> Job | None:
    """Close a job as succeeded and register its model, in one transaction; None when there is no model.

    A file that is no model closes the job as failed.
    """
    try:
        model = None if job.is_over or job.kind == "git" else models.trained(job, result)
    except Invalid as error:
        failure = Failure(code=error.code, message=error.message)
        return jobs.change(job.id, partial(steps.failed, failure=failure, now=now()))
    if job.is_over or model is None:
        return job if job.is_over else None
    return jobs.change(
        job.id,
        partial(steps.succeeded, model=model.name, now=now()),
        lambda run, job: models.register(
            run, model, promote=job.options.promote, may_be_first=job.options.only is None
        ),
    )


def _outcome(body: str) -> str:
    try:
        fact = read(body)
        return "unrelated" if fact is None else "closed" if take(fact).is_over else "noted"
    except Refused:
        return "refused"
    except NotFound:
        return "unknown"
    except Exception:  # noqa: BLE001 - the edge of a batch: this message comes again, the others are done
        return "crashed"


def _take_end(fact: Ended) -> Job:
    """Close a job whose task is over: with its model if there is one, else with exit code and log."""
    job = jobs.find(fact.job_id)
    close_with_model(job, {})
    lines = tasks.log(fact.end.task_arn, LOG_KEPT, job.kind)
    return jobs.change(fact.job_id, lambda job: steps.ended(job, fact.end, now(), log=lines))
