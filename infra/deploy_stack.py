"""Brings a CloudFormation stack to a template and parameters, and says in one sentence why it could not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.package.failure import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Progress = Callable[[str, float], None]

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
GOOD = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
NEVER_WORKED = {"ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS", "DELETE_FAILED"}
BUSY = "_IN_PROGRESS"
PATIENCE = 3600.0


def apply_stack(stack: tuple[Any, str, str], parameters: dict[str, str], progress: Progress) -> dict[str, str]:
    """Create or update the stack (client, name, template's URL), wait, return its outputs; raises DeploymentError."""
    client, name, url = stack
    request = {
        "StackName": name,
        "TemplateURL": url,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        "Capabilities": CAPABILITIES,
    }
    progress("stack", 0.0)
    since = start(client, request, settled(client, name))
    if since is not None:
        wait(client, name, since, progress)
    progress("stack", 1.0)
    return {item["OutputKey"]: item["OutputValue"] for item in describe(client, name).get("Outputs", ())}


def settled(client: Any, name: str) -> str:
    """Return the stack's state at rest, empty when there is none; a stack that never worked is removed first."""
    state = until_rest(client, name)
    if state in NEVER_WORKED:
        client.delete_stack(StackName=name)
        state = until_rest(client, name)
    return "" if state == "DELETE_COMPLETE" else state


def start(client: Any, request: dict[str, Any], state: str) -> str | None:
    """Ask for the change and return the id of the last event before it; None when there is nothing to change."""
    last = next((event["EventId"] for event in events(client, request["StackName"])), "") if state else ""
    try:
        if state:
            client.update_stack(**request)
        else:
            client.create_stack(**request)
    except ClientError as error:
        message = error.response["Error"]["Message"]
        if "No updates are to be performed" in message:
            return None
        raise DeploymentError(f"The stack {request['StackName']} was refused: {message}") from error
    return last


def wait(client: Any, name: str, since: str, progress: Progress) -> None:
    """Wait for the end and report each resource that is done; raises DeploymentError with the first failure."""
    state = until_rest(client, name, lambda: report(client, name, since, progress))
    if state not in GOOD:
        raise DeploymentError(f"The stack {name} ended as {state}: {first_failure(client, name, since)}")


def until_rest(client: Any, name: str, each_time: Callable[[], None] = lambda: None) -> str:
    """Poll until the stack is at rest and return its state, empty when it does not exist."""
    pause, end = 0.1, time.monotonic() + PATIENCE
    while (state := describe(client, name).get("StackStatus", "")).endswith(BUSY):
        if time.monotonic() > end:
            raise DeploymentError(f"The stack {name} is still {state} after {PATIENCE / 60:.0f} minutes.")
        each_time()
        time.sleep(pause)
        pause = min(pause * 1.3, 5.0)
    return str(state)


def describe(client: Any, name: str) -> dict[str, Any]:
    """Return the stack, or nothing when there is none."""
    try:
        found = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return {}
        raise DeploymentError(f"The stack {name} cannot be read: {error}") from error
    return dict(found[0]) if found else {}


def events(client: Any, name: str) -> Iterator[dict[str, Any]]:
    """Yield the stack's events, newest first."""
    for page in client.get_paginator("describe_stack_events").paginate(StackName=name):
        yield from page["StackEvents"]


def events_since(client: Any, name: str, since: str) -> list[dict[str, Any]]:
    """Return the events of this change, oldest first."""
    found = []
    for event in events(client, name):
        if event["EventId"] == since:
            break
        found.append(event)
    return found[::-1]


def report(client: Any, name: str, since: str, progress: Progress) -> None:
    """Tell which resource is being worked on, and what share of those begun is done."""
    begun, done, last = set(), set(), ""
    for event in events_since(client, name, since):
        resource = event["LogicalResourceId"]
        if event["ResourceStatus"].endswith(BUSY):
            begun.add(resource)
            last = resource
        elif event["ResourceStatus"].endswith("_COMPLETE"):
            done.add(resource)
    if last:
        progress(f"stack {last}", len(done) / (len(begun) + 1))


def first_failure(client: Any, name: str, since: str = "") -> str:
    """Return resource and reason of what failed first; a nested stack is asked for its own."""
    failed = [event for event in events_since(client, name, since) if event["ResourceStatus"].endswith("_FAILED")]
    causes = [event for event in failed if "cancelled" not in event.get("ResourceStatusReason", "").lower()]
    if not causes:
        return str(describe(client, name).get("StackStatusReason") or "no reason was given")
    cause = causes[0]
    nested = cause["ResourceType"] == "AWS::CloudFormation::Stack" and cause.get("PhysicalResourceId", "")
    if nested and nested not in {name, cause["StackId"]}:
        return first_failure(client, nested)
    return f"{cause['LogicalResourceId']} ({cause['ResourceType']}): {cause.get('ResourceStatusReason', 'no reason')}"
