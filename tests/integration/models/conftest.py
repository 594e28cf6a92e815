"""A workbench with storage, an ECS cluster and a jobs queue on the emulator; its tasks are played by the tests."""

from __future__ import annotations

import io
import json
import tarfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from parlance.adapters import aws, tasks
from parlance.domain.jobs import Job, TrainOptions
from parlance.services import project
from parlance.services.jobs import start_training
from parlance.settings import settings
from tests.support.installation import (
    admin,
    annotator,
    installation,
    login,
    password_hash,
    signing_key,
    tester,
)

if TYPE_CHECKING:
    from tests.support.database import Database

__all__ = ["admin", "annotator", "installation", "login", "password_hash", "signing_key", "tester"]

VERSION = "3.6.21"
CONFIG = "language: en # and no other\npipeline:\n- name: WhitespaceTokenizer\npolicies:\n- name: RulePolicy\n"
DOMAIN = "# who answers\nintents:\n- greet\nresponses:\n  utter_greet:\n  - text: Hello!\n"
NLU = "nlu:\n- intent: greet\n  examples: |\n    - hello\n    - hi there\n"
PROJECT = {"config.yml": CONFIG, "domain.yml": DOMAIN, "data/nlu.yml": NLU}


@dataclass(frozen=True)
class Workbench:
    """The names of everything, and a hand in the task's place."""

    name: str
    models: str
    data: str
    cluster: str

    def tasks(self) -> list[dict[str, Any]]:
        """The tasks that ECS runs now."""
        arns = aws.client("ecs").list_tasks(cluster=self.cluster)["taskArns"]
        return aws.client("ecs").describe_tasks(cluster=self.cluster, tasks=arns)["tasks"] if arns else []

    def finish(self, job_id: str, body: bytes | None = None) -> None:
        """Put a job's model into storage, as its task does at the end."""
        key = f"models/{job_id}.tar.gz"
        aws.client("s3").put_object(Bucket=self.models, Key=key, Body=body or model_file())

    def leave_report(self, job: str, report: dict[str, Any] | bytes, *, kind: str = "evaluate") -> None:
        """Put the report of an evaluation or a parsing into storage, as its task does at the end."""
        key = Job(id=job, created_at=datetime.now(UTC), kind=kind).report_key
        body = report if isinstance(report, bytes) else json.dumps(report).encode()
        aws.client("s3").put_object(Bucket=self.data, Key=key, Body=body)

    def train(self, name: str, **options: Any) -> Job:
        """Train a model of that name."""
        job = started(**options)
        self.finish(job.id)
        result = {"name": name, "rasa_version": VERSION, "trained_at": time.time(), "model_id": f"id-{name}"}
        if job.task_arn:
            aws.client("ecs").stop_task(cluster=self.cluster, task=job.task_arn)
        deliver(says(job.id, "succeeded", 2, result=result), stopped(job.id, job.task_arn or "", 0))
        return job


@pytest.fixture
def workbench(installation: Database, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    name = f"t-{uuid4().hex[:12]}"
    bench = Workbench(name=name, models=f"{name}-models", data=f"{name}-data", cluster=name)
    for bucket in (bench.models, bench.data):
        aws.client("s3").create_bucket(Bucket=bucket)
    aws.client("ecs").create_cluster(clusterName=name)
    aws.client("ecs").register_task_definition(
        family=f"{name}-train", containerDefinitions=[{"name": "rasa", "image": "rasa", "memory": 512}]
    )
    aws.client("logs").create_log_group(logGroupName=f"/{name}/worker")
    environment = {
        "MODELS_BUCKET": bench.models,
        "DATA_BUCKET": bench.data,
        "CLUSTER": name,
        "TRAINING_TASK": f"{name}-train",
        "JOBS_QUEUE": aws.client("sqs").create_queue(QueueName=f"{name}-jobs")["QueueUrl"],
        "WORKER_LOGS": f"/{name}/worker",
    }
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    settings.cache_clear()
    return bench


@pytest.fixture
def imported(workbench: Workbench) -> Workbench:
    """A workbench with a small project in it."""
    project.import_files(PROJECT, "ada")
    return workbench


def model_file(name: str = "metadata.json", *, padding: int = 0, **metadata: Any) -> bytes:
    """Return a model as Rasa packs it, as far as anyone here looks."""
    content = {"trained_at": "2026-11-22T10:00:00", "rasa_open_source_version": VERSION, "model_id": "0" * 32}
    content |= {"project_fingerprint": "f" * 32, "domain": {}, **metadata}
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        add(archive, "components/weights.bin", bytes(padding) + uuid4().bytes)
        add(archive, name, json.dumps(content).encode())
    return target.getvalue()


def add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def says(job_id: str, state: str, seq: int = 1, **fields: Any) -> str:
    """Return a task's message."""
    head = {"v": 1, "kind": "job", "job_id": job_id, "at": time.time(), "seq": seq, "state": state}
    return json.dumps(head | fields)


def stopped(
    job_id: str, task_arn: str, code: int | None = 1, reason: str = "Essential container in task exited"
) -> str:
    """Return EventBridge's message about the end of a task."""
    containers = [{"name": "rasa", "exitCode": code} if code is not None else {"name": "rasa"}]
    detail = {"taskArn": task_arn, "lastStatus": "STOPPED", "stoppedReason": reason, "startedBy": f"job-{job_id}"}
    return json.dumps(
        {
            "source": "aws.ecs",
            "detail-type": "ECS Task State Change",
            "detail": {**detail, "clusterArn": "c", "containers": containers},
        }
    )


def deliver(*bodies: str) -> list[str]:
    """Hand messages to the function as SQS does; returns the indices of those that come back."""
    from functions.jobs.app import handler

    records = [{"messageId": str(index), "body": body} for index, body in enumerate(bodies)]
    return [failure["itemIdentifier"] for failure in handler({"Records": records}, None)["batchItemFailures"]]


def started(**options: Any) -> Job:
    """Ask for a training, also of a project that was trained before."""
    return start_training(TrainOptions(**{"force": True, **options}), "ada")


def environment(task: dict[str, Any]) -> dict[str, str]:
    """Return what RunTask told a task."""
    (override,) = task["overrides"]["containerOverrides"]
    assert override["name"] == "rasa"
    return {variable["name"]: variable["value"] for variable in override["environment"]}


def pass_time(monkeypatch: pytest.MonkeyPatch, **passed: float) -> None:
    """Let the reaper's clock go forward."""
    moment = datetime.now(UTC) + timedelta(**passed)
    for module in ("job_care", "job_tasks", "job_facts", "jobs", "outcomes"):
        monkeypatch.setattr(f"parlance.services.{module}.now", lambda: moment)


def refuses(*_: object) -> None:
    """Be an ECS that does not answer."""
    raise tasks.Refusal("ECS does not answer")
