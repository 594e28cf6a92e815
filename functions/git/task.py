"""The git task, a container with a real git: `python -m functions.git.task`, its job's id in JOB_ID."""

from __future__ import annotations

import sys

from parlance.services.git_job import carry_out_job
from parlance.settings import settings

if __name__ == "__main__":
    sys.exit(0 if carry_out_job(settings().job_id) else 1)
