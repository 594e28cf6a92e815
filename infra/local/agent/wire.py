"""What the agent reads from ECS, as far as it uses it."""

from __future__ import annotations

from typing import Any

import msgspec

from infra.local.processes import Record


class NameValue(msgspec.Struct, frozen=True):
    """One environment variable."""

    name: str
    value: str


class SecretRef(msgspec.Struct, frozen=True, rename="camel"):
    """One variable whose value is in Secrets Manager: an ARN, and perhaps `:json-key:stage:version` behind it."""

    name: str
    value_from: str


class LogConfiguration(msgspec.Struct, frozen=True, rename="camel"):
    """Where a container's output goes."""

    options: dict[str, str] = {}


class ContainerDefinition(msgspec.Struct, frozen=True, rename="camel"):
    """One container of a task definition."""

    name: str
    image: str = ""
    command: list[str] = []
    environment: list[NameValue] = []
    secrets: list[SecretRef] = []
    essential: bool = True
    stop_timeout: int = 30
    log_configuration: LogConfiguration = LogConfiguration()


class ContainerOverride(msgspec.Struct, frozen=True, rename="camel"):
    """What RunTask changes of one container."""

    name: str
    command: list[str] = []
    environment: list[NameValue] = []


class Overrides(msgspec.Struct, frozen=True, rename="camel"):
    """What RunTask changes."""

    container_overrides: list[ContainerOverride] = []


class Task(msgspec.Struct, frozen=True, rename="camel"):
    """One task as DescribeTasks tells it."""

    task_arn: str
    cluster_arn: str
    task_definition_arn: str
    last_status: str
    desired_status: str = "RUNNING"
    group: str = ""
    started_by: str = ""
    stopped_reason: str = ""
    overrides: Overrides = Overrides()

    @property
    def id(self) -> str:
        """The last part of the ARN."""
        return self.task_arn.rsplit("/", 1)[-1]

    @property
    def service(self) -> str:
        """The service that keeps this task, or nothing."""
        return self.group.removeprefix("service:") if self.group.startswith("service:") else ""


class Service(msgspec.Struct, frozen=True, rename="camel"):
    """One service."""

    service_name: str
    cluster_arn: str
    desired_count: int
    running_count: int


class Launch(msgspec.Struct, frozen=True, kw_only=True):
    """One container ready to be started: everything but its secrets' values."""

    name: str
    argv: list[str]
    env: dict[str, str]
    secrets: list[SecretRef]
    cwd: str
    essential: bool
    stop_timeout: int
    log_name: str
    log_group: str = ""
    log_stream: str = ""
    box: str = ""
    """podman's name of the container; empty for a process."""


class Container(msgspec.Struct, kw_only=True):
    """One container's process, or podman's for the container `box`.

    `position` is how far its output has been passed on; `exit_code` None is unknown.
    """

    name: str
    essential: bool
    stop_timeout: int
    output: str
    log_file: str
    log_group: str
    log_stream: str
    process: Record | None = None
    box: str = ""
    position: int = 0
    exit_code: int | None = None


class Run(msgspec.Struct, kw_only=True):
    """One task that this agent runs, as kept on disk: enough for a restarted agent to take it over."""

    task: Task
    containers: list[Container]
    started: float
    stopping: str = ""
    """Why it is being ended; empty while it should run."""
    kill_at: float = 0.0
    lost_since: float = 0.0
    """When the emulator first did not know it as running any more; 0 while it does."""


def as_structs(items: list[dict[str, Any]], kind: Any) -> list[Any]:
    """Read boto3's dicts (which hold datetimes and more) into structs."""
    return [msgspec.convert(item, kind) for item in items]
