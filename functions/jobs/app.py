"""The job service: what tasks and ECS say of jobs, and what follows from it."""

from __future__ import annotations

from typing import Any

from parlance.adapters.log import log
from parlance.domain.live import Changes
from parlance.services.job_facts import take_batch
from parlance.services.live import announce


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take an SQS batch; messages that failed come back, those that always fail end in the dead-letter queue."""
    report = take_batch(event["Records"])
    announce(Changes(jobs=True))
    log("jobs", **report.counts)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in report.failures]}
