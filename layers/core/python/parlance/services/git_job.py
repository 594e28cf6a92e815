"""A git task's own job: read, carried out, closed before the task ends, so that ECS has nothing left to say of it."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from parlance.adapters import jobs
from parlance.adapters.log import log
from parlance.domain.errors import AppError
from parlance.domain.git import Order
from parlance.domain.jobs import Failure, JobMessage, Progress
from parlance.services import git_work
from parlance.services.job_facts import take


def carry_out_job(job_id: str) -> bool:
    """Do what the job asks and close it; says whether it succeeded. What is done already is not done again."""
    job = jobs.find(job_id)
    if job.is_over:
        return job.state == "succeeded"
    order = msgspec.convert(job.orders, Order)
    _say(job_id, "running", progress=Progress(stage=order.action))
    try:
        result = git_work.carry_out(order, job.created_by)
    except Exception as error:
        _say(job_id, "failed", error=_failure(error), log_tail=_lines(error))
        log("git", job=job_id, action=order.action, error=type(error).__name__)
        if isinstance(error, AppError):
            return False
        raise
    _say(job_id, "succeeded", result=result, log_tail=_summary(result))
    log("git", job=job_id, action=order.action, changes=len(result["changes"]))
    return True


def _say(job_id: str, state: Any, **facts: Any) -> None:
    now = time.time()
    take(JobMessage(job_id=job_id, at=now, seq=int(now * 1e6), state=state, **facts))


def _failure(error: Exception) -> Failure:
    if isinstance(error, AppError):
        return Failure(code=error.code, message=error.message)
    return Failure(code="InternalError", message="The git task made a mistake; it is in its log.")


def _lines(error: Exception) -> list[str] | None:
    said = error.details.get("git", "") if isinstance(error, AppError) and isinstance(error.details, dict) else ""
    return said.splitlines()[-50:] or None


def _summary(result: dict[str, Any]) -> list[str]:
    head = [f"commit {result['commit']}"] if result.get("commit") else []
    return head + [f"{change['change']} {change['path']}" for change in result["changes"][:99]]
