"""Trainings and other long work."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from parlance.domain import shapes
from parlance.domain.jobs import OVER, State, TrainOptions
from parlance_client.pages import Page, page
from parlance_client.transport import Transport, segment

if TYPE_CHECKING:
    from collections.abc import Iterator


class Jobs:
    """Jobs: started, watched, ended."""

    def __init__(self, transport: Transport) -> None:
        """Send nothing yet."""
        self._transport = transport

    def train(self, options: TrainOptions) -> shapes.Job:
        """Start a training of the project as it is now."""
        return self._transport.send("POST", "/projects/default/models/jobs", options).read(shapes.Job)

    def list(self, *, state: State | None = None, limit: int = 50) -> Page[shapes.Job]:
        """Return jobs, the newest first."""
        asked = {"limit": str(limit), **({"state": state} if state else {})}
        return page(self._transport.get("/jobs", **asked), shapes.Job)

    def show(self, job: str) -> shapes.Job:
        """Return one job as it is now."""
        return self._transport.get(f"/jobs/{segment(job)}").read(shapes.Job)

    def follow(self, job: str, *, every: float = 1.0) -> Iterator[shapes.Job]:
        """Yield a job again and again until it is over."""
        while True:
            now = self.show(job)
            yield now
            if now.state in OVER:
                return
            time.sleep(every)

    def log(self, job: str, *, lines: int = 100) -> shapes.JobLog:
        """Return the end of a job's log, also while it runs."""
        return self._transport.get(f"/jobs/{segment(job)}/log", limit=str(lines)).read(shapes.JobLog)

    def cancel(self, job: str) -> shapes.Job:
        """End a job and its task."""
        return self._transport.send("POST", f"/jobs/{segment(job)}/cancel").read(shapes.Job)

    def retry(self, job: str) -> shapes.Job:
        """Repeat a job that ended without a model, with the same data."""
        return self._transport.send("POST", f"/jobs/{segment(job)}/retry").read(shapes.Job)
