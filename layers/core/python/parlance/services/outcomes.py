"""How a job succeeds: with what its task left in storage, whatever was said about it."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec

from parlance.adapters import automation, conversation_evaluations, evaluations, inbox, jobs, objects
from parlance.adapters import models as registry
from parlance.adapters.log import log
from parlance.domain import jobs as steps
from parlance.domain.automation import follow_ups, objections
from parlance.domain.errors import Invalid, NotFound, Unavailable
from parlance.domain.evaluations import Evaluation, read_judgements, read_report, scores_of
from parlance.domain.jobs import Failure, Job
from parlance.domain.models import PRODUCTION
from parlance.domain.orders import ConversationsOrder, EvaluateOrder, order_of, ordered
from parlance.domain.parsing import read_parsed, rows_of
from parlance.services import models
from parlance.services.job_tasks import now
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from parlance.adapters.sql import Run
    from parlance.domain.models import Model

MISSING = {
    "train": Failure(code="ModelMissing", message="the task reported a model that is not in storage"),
    "evaluate": Failure(code="ReportMissing", message="the task reported an evaluation that is not in storage"),
}
LARGEST_REPORT = 100 * 1024 * 1024
"""Bytes: a function has the memory to read so much, and no honest task leaves more."""
NO_REPORT = Failure(code="ReportMissing", message="the task reported predictions that are not in storage")


def missing(job: Job) -> Failure:
    """Return the failure of a job that says it succeeded and left nothing."""
    return MISSING.get(job.kind, NO_REPORT)


def close(job: Job, result: dict[str, Any]) -> Job | None:
    """Close a job as succeeded and take in what it made, in one transaction; None when it has not left anything.

    What cannot be read closes the job as failed. Git's jobs leave nothing in storage: their task says it all.
    """
    if job.is_over or job.kind == "git":
        return job if job.is_over else None
    try:
        return _close_training(job, result) if job.kind == "train" else _close_order(job)
    except Invalid as error:
        failure = Failure(code=error.code, message=error.message)
        return jobs.change(job.id, partial(steps.failed, failure=failure, now=now()))


def _close_training(job: Job, result: dict[str, Any]) -> Job | None:
    model = models.trained(job, result)
    if model is None:
        return None
    done = partial(steps.succeeded, model=model.name, now=now())
    return jobs.change(job.id, done, lambda run, job: _register(run, job, model))


def _register(run: Run, job: Job, model: Model) -> None:
    """Register a trained model; with rules to keep a bad one from service it waits for its evaluation."""
    rules = automation.load()
    may_serve = not rules.holds_back
    models.register(
        run, model, promote=job.options.promote and may_serve, may_be_first=job.options.only is None and may_serve
    )
    for order in follow_ups(rules, job, model.name):
        follow_up = ordered(order, uuid4().hex, job.created_by, now())
        snapshot = {"project_key": job.project_key, "project_hash": job.project_hash}
        jobs.insert(msgspec.structs.replace(follow_up, **snapshot))


def _close_order(job: Job) -> Job | None:
    bucket = settings().data_bucket
    stored = objects.head(bucket, job.report_key)
    if stored is None:
        return None
    if stored.size > LARGEST_REPORT:
        raise Invalid(f"The report has {stored.size} bytes; {LARGEST_REPORT} are the most.", code="ReportInvalid")
    content = objects.stream(bucket, job.report_key).read()
    take_in = TAKING_IN.get(job.kind, _parsed)(job, content)
    closed = jobs.change(job.id, partial(steps.succeeded, model=None, now=now()), take_in)
    if closed.state == "succeeded":
        _tidy(closed)
    return closed


def _tidy(job: Job) -> None:
    """Remove what users said from storage; what cannot be removed now goes by itself within a week."""
    order = order_of(job)
    for key in (order.stories_key, job.report_key) if isinstance(order, ConversationsOrder) else ():
        try:
            objects.delete(settings().data_bucket, key)
        except Unavailable as error:  # the job is over: its message need not come again for this
            log("not_removed", key=key, error=error.message)


def _evaluated(job: Job, content: bytes) -> Callable[[Run, Job], None]:
    order, report = order_of(job), read_report(content)
    if not isinstance(order, EvaluateOrder):
        raise Invalid("The job is no evaluation.")
    facts: dict[str, Any] = {"job_id": job.id, "created_at": now(), "created_by": job.created_by}
    scores = scores_of(report)
    found = Evaluation(model=order.model, report_key=job.report_key, files=report.files, scores=scores, **facts)

    def take_in(run: Run, _job: Job) -> None:
        evaluations.add(run, found)
        if not objections(automation.load(), scores):
            _serve(run, order, job.created_by)

    return take_in


def _serve(run: Run, order: EvaluateOrder, who: str) -> None:
    """Serve a model that has passed, if its order says so; one that was deleted meanwhile nobody can serve."""
    with suppress(NotFound):
        if order.promote:
            registry.tag(run, order.model, PRODUCTION, who)
        elif order.first:
            registry.tag_first(run, order.model, who)


def _judged(_job: Job, content: bytes) -> Callable[[Run, Job], None]:
    judgements = read_judgements(content)

    def take_in(_run: Run, _job: Job) -> None:
        for found in judgements:
            conversation_evaluations.keep(found.sender_id, found.result, found.at)

    return take_in


def _parsed(job: Job, content: bytes) -> Callable[[Run, Job], None]:
    parsed = read_parsed(content)

    def take_in(_run: Run, _job: Job) -> None:
        if job.kind == "reparse":
            inbox.repredict(msgspec.json.encode(rows_of(parsed)).decode().replace("\\u0000", "\ufffd"))

    return take_in


TAKING_IN: dict[str, Callable[[Job, bytes], Callable[[Run, Job], None]]] = {
    "evaluate": _evaluated,
    "conversations": _judged,
}
