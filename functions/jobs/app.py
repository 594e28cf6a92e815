"""The jobs queue: what tasks and ECS say. Handler: functions.jobs.app.handler."""

from __future__ import annotations

import json
import sys
from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take an SQS batch; messages that failed come back, those that always fail end in the dead-letter queue."""
    from parlance.services.job_facts import take_batch

    report = take_batch(event["Records"])
    sys.stderr.write(json.dumps({"event": "jobs", **report.counts}) + "\n")
    return {"batchItemFailures": [{"itemIdentifier": message} for message in report.failures]}
