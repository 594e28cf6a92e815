"""Container tasks in ECS: one for each attempt of a job."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from parlance.adapters import aws
from parlance.domain.job_facts import LOG_LINE, Task, started_by
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parlance.domain.jobs import Job

COMMANDS = {
    "evaluate": "parlance_rasa.tasks.evaluate",
    "parse": "parlance_rasa.tasks.parse",
    "reparse": "parlance_rasa.tasks.parse",
    "compare": "parlance_rasa.tasks.parse",
    "conversations": "parlance_rasa.tasks.conversations",
}
PASSING = frozenset({"ThrottlingException", "ServerException", "ServiceUnavailable", "LimitExceededException"})


class Refusal(Exception):  # noqa: N818 - not an error of ours: ECS said no
    """ECS did not do what was asked; `for_good` when another try would be refused too."""

    def __init__(self, message: str, *, for_good: bool = False) -> None:
        """Keep ECS's words."""
        super().__init__(message)
        self.for_good = for_good


class Program(NamedTuple):
    """A task definition and its container; log streams are called `stream`/id of the task."""

    family: str
    container: str
    stream: str


def program(kind: str) -> Program:
    """Return what a kind of job runs."""
    if kind == "git":
        return Program(settings().git_task, "git", "git/git")
    return Program(settings().training_task, "rasa", "train/rasa")


def run(job: Job, environment: dict[str, str]) -> str:
    """Start a job's task and return its ARN; repeated within an attempt it starts no second one. Raises Refusal."""
    with asking() as ecs:
        answer = ecs.run_task(**_request(job, environment))
    if not answer["tasks"]:
        reasons = "; ".join(failure.get("reason", "") for failure in answer["failures"])
        raise Refusal(f"ECS has no place for the task: {reasons}")
    return str(answer["tasks"][0]["taskArn"])


def find(job_id: str) -> str | None:
    """Return the ARN of a job's live task, if there is one. Raises Refusal."""
    with asking() as ecs:
        found = ecs.list_tasks(cluster=settings().cluster, startedBy=started_by(job_id))["taskArns"]
    return next(iter(found), None)


def describe(task_arn: str) -> Task | None:
    """Return a task as ECS knows it; None when it knows it no more (an hour after its end). Raises Refusal."""
    with asking() as ecs:
        found = ecs.describe_tasks(cluster=settings().cluster, tasks=[task_arn])["tasks"]
    return msgspec.convert(found[0], Task) if found else None


def stop(task_arn: str, reason: str) -> None:
    """Ask a task to end; fine when it has ended already. Raises Refusal, also for a task that ECS has forgotten."""
    with asking() as ecs:
        ecs.stop_task(cluster=settings().cluster, task=task_arn, reason=reason)


def log(task_arn: str, limit: int, kind: str) -> tuple[str, ...]:
    """Return the last lines that a task wrote; nothing where its log is not in CloudWatch."""
    from botocore.exceptions import BotoCoreError, ClientError

    group = settings().worker_logs
    stream = f"{program(kind).stream}/{task_arn.rpartition('/')[2]}"
    try:
        found = (
            aws.client("logs").get_log_events(logGroupName=group, logStreamName=stream, limit=limit) if group else {}
        )
    except (ClientError, BotoCoreError):
        return ()
    return tuple(str(event["message"]).rstrip("\n")[:LOG_LINE] for event in found.get("events", []))


@contextmanager
def asking() -> Iterator[Any]:
    """Give ECS's client; whatever it answers but success is a Refusal."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield aws.client("ecs")
    except ClientError as error:
        said = error.response["Error"]
        raise Refusal(f"ECS: {said.get('Message') or said['Code']}", for_good=said["Code"] not in PASSING) from error
    except BotoCoreError as error:
        raise Refusal(f"ECS does not answer: {type(error).__name__}") from error


def _request(job: Job, environment: dict[str, str]) -> dict[str, Any]:
    chosen = program(job.kind)
    variables = [{"name": name, "value": value} for name, value in environment.items()]
    return {
        "cluster": settings().cluster,
        "taskDefinition": chosen.family,
        "count": 1,
        "clientToken": job.start_token,
        "startedBy": started_by(job.id),
        "overrides": {
            "containerOverrides": [{"name": chosen.container, "environment": variables, **_command(job)}],
            **_role(job),
        },
        **_network(),
    }


def _command(job: Job) -> dict[str, list[str]]:
    """Return what the worker's container does instead of training."""
    module = COMMANDS.get(job.kind)
    return {"command": ["python", "-m", module]} if module else {}


def _role(job: Job) -> dict[str, str]:
    """Return the role of a task that makes no model; a training's is the task definition's own."""
    role = settings().examine_role
    return {"taskRoleArn": role} if role and job.kind in COMMANDS else {}


def _network() -> dict[str, Any]:
    """Return where a Fargate task lives; nothing at home."""
    if not settings().task_subnets:
        return {}
    groups = [group for group in settings().task_security_groups.split(",") if group]
    place = {"subnets": settings().task_subnets.split(","), "securityGroups": groups, "assignPublicIp": "DISABLED"}
    return {"launchType": "FARGATE", "networkConfiguration": {"awsvpcConfiguration": place}}
