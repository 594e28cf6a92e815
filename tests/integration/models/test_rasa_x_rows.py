"""The contract's calls on models and evaluations, each with its parameters; the worker's tasks are played."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parlance.adapters import aws
from parlance.services.jobs import get
from tests.contract.rows.calling import call_all
from tests.contract.rows.models import ROWS
from tests.integration.models.conftest import Workbench, deliver, environment, model_file, says, stopped
from tests.integration.models.test_environments import bench
from tests.support import events
from tests.support.api import Client
from tests.support.events import NOON
from tests.support.installation import SERVICE_TOKEN

__all__ = ["bench"]

REPORT: dict[str, Any] = json.loads(Path("tests/data/evaluation-report.json").read_text())


@dataclass
class Play:
    """The worker's tasks, at their ends."""

    bench: Workbench

    def evaluation(self, job: str) -> None:
        """A model's evaluation succeeds."""
        self.bench.leave_report(job, REPORT)
        self.end(job)

    def conversations(self, job: str) -> None:
        """The evaluation of conversations succeeds."""
        task = get(job).task_arn or ""
        (found,) = aws.client("ecs").describe_tasks(cluster=self.bench.cluster, tasks=[task])["tasks"]
        told = aws.client("s3").get_object(Bucket=self.bench.data, Key=environment(found)["TEXTS_KEY"])["Body"].read()
        result = {"accuracy": 1.0, "in_training_data_fraction": 1.0}
        report = [{"sender_id": one["sender_id"], "at": one["at"], "result": result} for one in json.loads(told)]
        self.bench.leave_report(job, json.dumps(report).encode(), kind="conversations")
        self.end(job)

    def end(self, job: str) -> None:
        """The task says so and ends."""
        task = get(job).task_arn or ""
        aws.client("ecs").stop_task(cluster=self.bench.cluster, task=task)
        deliver(says(job, "succeeded", 2), stopped(job, task, 0))


def test_rows_of_models_and_evaluations(bench: Workbench, admin: Client) -> None:
    events.store(events.greeting("a", NOON))
    bench.train("m0")

    known = {"service": SERVICE_TOKEN, "file": model_file(), "play": Play(bench)}
    call_all(ROWS, {"admin": admin, "nobody": Client()}, known)
