"""Waiting for a job, for scripts that know of none: Rasa X answered when the training was over."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from parlance.domain.errors import Invalid, Unavailable
from parlance.services import jobs

if TYPE_CHECKING:
    from parlance.domain.jobs import Job

LONGEST = 26.0
"""Seconds from the call's begin: API Gateway hangs up after 29, and the answer takes some of them."""
STEP = 0.5


def wait_for(job: Job, seconds: float, *, began: float) -> Job:
    """Return the job when it is over, or as it is after so many seconds; `began` is when the call came."""
    until = min(time.monotonic() + seconds, began + LONGEST)
    while not job.is_over and time.monotonic() < until:
        time.sleep(min(STEP, max(0.0, until - time.monotonic())))
        with suppress(Unavailable):  # the job was started: that is answered, whatever happens while it is watched
            job = jobs.get(job.id)
    return job


def failed(job: Job) -> Invalid:
    """Return what to say of a job that ended without success."""
    why = job.error.message if job.error else f"the job is {job.state}"
    code = "StackTrainingFailed" if job.kind == "train" else "JobFailed"
    details = {"job": job.id, "state": job.state, "error": job.error.code if job.error else None}
    return Invalid(f"The job did not succeed: {why}", code=code, details=details)
