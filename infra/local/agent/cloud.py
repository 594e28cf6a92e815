"""The agent's side of AWS: ECS, Secrets Manager, CloudWatch Logs and EventBridge of the emulator."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from infra.local.agent.plan import secret_parts
from infra.local.agent.wire import ContainerDefinition, SecretRef, Service, Task, as_structs
from infra.local.emulator import client

if TYPE_CHECKING:
    from infra.local.agent.wire import Run
    from infra.local.settings import Settings

PAGE = 100


class Cloud:
    """What the agent asks and tells; every method raises botocore's errors when the emulator does not answer."""

    def __init__(self, settings: Settings) -> None:
        """Bind to the emulator; no call yet."""
        self.client = cache(lambda service: client(settings, service))
        self.definitions: dict[str, list[ContainerDefinition]] = {}
        self.streams: set[tuple[str, str]] = set()

    def tasks(self, known: set[str], done: set[str]) -> list[Task]:
        """Return all tasks that should run, and those `known` to run here; without the `done` ones."""
        found = []
        for cluster in self.client("ecs").list_clusters()["clusterArns"]:
            listed = self.client("ecs").list_tasks(cluster=cluster, maxResults=10_000)["taskArns"]
            here = {arn for arn in known if f":task/{cluster.rsplit('/', 1)[-1]}/" in arn}
            found += self.describe(cluster, sorted((set(listed) | here) - done))
        return found

    def describe(self, cluster: str, arns: list[str]) -> list[Task]:
        """Return the tasks that the cluster knows of these."""
        tasks: list[Task] = []
        for start in range(0, len(arns), PAGE):
            page = self.client("ecs").describe_tasks(cluster=cluster, tasks=arns[start : start + PAGE])
            tasks += as_structs(page["tasks"], Task)
        return tasks

    def containers(self, definition: str) -> list[ContainerDefinition]:
        """Return a task definition's containers; a revision never changes, so it is asked for once."""
        if definition not in self.definitions:
            answer = self.client("ecs").describe_task_definition(taskDefinition=definition)
            found = answer["taskDefinition"]["containerDefinitions"]
            self.definitions[definition] = as_structs(found, ContainerDefinition)
        return self.definitions[definition]

    def services(self) -> list[Service]:
        """Return all services."""
        found: list[Service] = []
        for cluster in self.client("ecs").list_clusters()["clusterArns"]:
            arns = self.client("ecs").list_services(cluster=cluster)["serviceArns"]
            if arns:
                answer = self.client("ecs").describe_services(cluster=cluster, services=arns)
                found += as_structs(answer["services"], Service)
        return found

    def refill(self, service: Service) -> None:
        """Have the service's scheduler start the tasks that are missing: the emulator looks only when told."""
        self.client("ecs").update_service(
            cluster=service.cluster_arn, service=service.service_name, desiredCount=service.desired_count
        )

    def secret(self, reference: SecretRef) -> str:
        """Return one secret's value; raises when it does not exist or lacks the key."""
        name, key = secret_parts(reference.value_from)
        text = self.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
        return str(msgspec.json.decode(text)[key]) if key else str(text)

    def report_end(self, run: Run, reason: str) -> None:
        """Tell ECS that a task has ended, and everyone who listens, as ECS itself would by EventBridge."""
        with suppress(self.client("ecs").exceptions.ClientError):  # it may not know the task any more
            self.client("ecs").stop_task(cluster=run.task.cluster_arn, task=run.task.task_arn, reason=reason[:255])
        entry = {"Source": "aws.ecs", "DetailType": "ECS Task State Change", "Resources": [run.task.task_arn]}
        detail = msgspec.json.encode(end_detail(run, reason)).decode()
        answer = self.client("events").put_events(Entries=[{**entry, "Detail": detail}])
        if answer["FailedEntryCount"]:
            print(f"EventBridge refused the end of {run.task.id}: {answer['Entries']}", flush=True)

    def log(self, place: tuple[str, str], lines: list[str]) -> None:
        """Append lines to a log stream, which is made when it is not there."""
        group, stream = place
        logs = self.client("logs")
        if place not in self.streams:
            for make, names in ((logs.create_log_group, {}), (logs.create_log_stream, {"logStreamName": stream})):
                with suppress(logs.exceptions.ResourceAlreadyExistsException):
                    make(logGroupName=group, **names)
            self.streams.add(place)
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": line or " "} for line in lines]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)

    def forget_old_logs(self, keep: int = 200) -> None:
        """Delete all but the newest log streams of each function: the emulator makes one an invocation, for ever."""
        logs = self.client("logs")
        for group in logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]:
            name = group["logGroupName"]
            pages = logs.get_paginator("describe_log_streams").paginate(
                logGroupName=name, orderBy="LastEventTime", descending=True
            )
            streams = [stream["logStreamName"] for page in pages for stream in page["logStreams"]]
            for stream in streams[keep:]:
                with suppress(logs.exceptions.ResourceNotFoundException):
                    logs.delete_log_stream(logGroupName=name, logStreamName=stream)


def end_detail(run: Run, reason: str) -> dict[str, Any]:
    """Return the `detail` of ECS's own task state change event, as far as anyone here reads it."""
    containers = [{"name": one.name, "exitCode": one.exit_code, "lastStatus": "STOPPED"} for one in run.containers]
    named = {"taskArn": run.task.task_arn, "clusterArn": run.task.cluster_arn, "group": run.task.group}
    code = "EssentialContainerExited" if reason.startswith("Essential") else "UserInitiated"
    ended = {"lastStatus": "STOPPED", "desiredStatus": "STOPPED", "stoppedReason": reason, "stopCode": code}
    definition = {"taskDefinitionArn": run.task.task_definition_arn, "startedBy": run.task.started_by}
    return {**named, **definition, **ended, "containers": containers}
