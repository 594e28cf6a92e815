"""What tasks and ECS say, applied to jobs: any order, any number of times, the same end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import jobs, tasks
from parlance.domain import jobs as steps
from parlance.domain.errors import NotFound
from parlance.domain.job_facts import Ended, Refused, read
from parlance.services import job_news, outcomes
from parlance.services.job_tasks import LOG_KEPT, now, start_queued

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parlance.domain.jobs import Job, JobMessage


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
    return _told(job, _succeeded(job, fact))


def _succeeded(job: Job, fact: JobMessage) -> Job:
    if job.kind == "git":
        return jobs.change(job.id, partial(steps.succeeded, model=None, now=now()))
    closed = outcomes.close(job, fact.result or {})
    return closed or jobs.change(job.id, partial(steps.failed, failure=outcomes.missing(job), now=now()))


def _told(before: Job, after: Job) -> Job:
    """Tell open screens of a job that has just succeeded."""
    if not before.is_over:
        job_news.tell(after)
    return after


def _outcome(body: str) -> str:
    try:
        fact = read(body)
        return "unrelated" if fact is None else "closed" if take(fact).is_over else "noted"
    except Refused:
        return "refused"
    except NotFound as error:
        return "unknown" if error.code == "JobNotFound" else "crashed"
    except Exception:  # noqa: BLE001 - the edge of a batch: this message comes again, the others are done
        return "crashed"


def _take_end(fact: Ended) -> Job:
    """Close a job whose task is over: with what it left if there is that, else with exit code and log."""
    job = jobs.find(fact.job_id)
    outcomes.close(job, {})
    lines = tasks.log(fact.end.task_arn, LOG_KEPT, job.kind)
    return _told(job, jobs.change(fact.job_id, lambda job: steps.ended(job, fact.end, now(), log=lines)))
