"""The git task, a container with a real git: `python -m functions.git.task`, its job's id in JOB_ID."""

from __future__ import annotations

import os
import sys

from parlance.services.git_job import carry_out_job

if __name__ == "__main__":
    sys.exit(0 if carry_out_job(os.environ["JOB_ID"]) else 1)
