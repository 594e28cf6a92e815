"""The scheduled function looks after jobs too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parlance.adapters import aws, jobs
from parlance.domain.jobs import TrainOptions
from parlance.services.jobs import get, start_training
from parlance.settings import settings

if TYPE_CHECKING:
    import pytest

    from tests.integration.models.conftest import Workbench


def test_a_queued_job_that_nobody_started_is_started_by_the_clock(
    imported: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from functions.sweep.app import handler

    dead = aws.client("sqs").create_queue(QueueName=f"{imported.name}-dead")["QueueUrl"]
    monkeypatch.setenv("DEAD_LETTER_QUEUE", dead)
    settings.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "claim_next", lambda *_given, **_options: None)
        job = start_training(TrainOptions(force=True), "ada")
    assert job.state == "queued"

    assert handler({"source": "schedule"}, None)["jobs_started"] == 1
    assert get(job.id).state == "running"
