"""From a task and its definition to processes: pure decisions, no I/O."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from infra.local.agent.podman import boxed
from infra.local.agent.wire import ContainerDefinition, ContainerOverride, Launch, Task
from infra.local.emulator import aws_env
from infra.local.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.local.settings import Settings

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "USER", "LOGNAME", "TERM")
LOOPBACK = {"SANIC_HOST": "127.0.0.1", "RASA_BIND": "127.0.0.1"}
"""In AWS containers listen on all interfaces of their own network; here they share ours and must not."""


def launches(task: Task, definitions: list[ContainerDefinition], settings: Settings, work: str) -> list[Launch]:
    """Return how to start each container of a task in its work folder."""
    overrides = {override.name: override for override in task.overrides.container_overrides}
    return [launch(task, one, overrides.get(one.name), (settings, work)) for one in definitions]


def launch(
    task: Task, definition: ContainerDefinition, override: ContainerOverride | None, place: tuple[Settings, str]
) -> Launch:
    """Return how to start one container; RunTask's overrides win over the definition."""
    settings, work = place
    changed = override or ContainerOverride(definition.name)
    command = changed.command or definition.command
    given = {pair.name: pair.value for pair in (*definition.environment, *changed.environment)}
    options = definition.log_configuration.options
    prefix = options.get("awslogs-stream-prefix", definition.name)
    inside = {**given, **aws_env(settings), **LOOPBACK}
    found = Launch(
        name=definition.name,
        argv=program(command, settings),
        env={**outer_env(os.environ), **bytecode(command), **inside, **own_modules(command), "TMPDIR": work},
        secrets=definition.secrets,
        cwd=settings.assistant if is_assistants_own(command) else work,
        essential=definition.essential,
        stop_timeout=definition.stop_timeout,
        log_name=f"{prefix}.log",
        log_group=options.get("awslogs-group", ""),
        log_stream=f"{prefix}/{definition.name}/{task.id}",
    )
    return boxed(found, definition, command, inside) if settings.tasks == "containers" else found


def outer_env(env: Mapping[str, str]) -> dict[str, str]:
    """Return the little of our own environment that a container's process may see."""
    return {**{name: env[name] for name in KEPT if name in env}, "PYTHONUNBUFFERED": "1"}


def bytecode(command: list[str]) -> dict[str, str]:
    """Return whether Python may keep what it compiled; in an assistant's own folder it must not.

    Rasa's environment is installed without bytecode, and each start would compile thousands of modules anew.
    """
    return {"PYTHONDONTWRITEBYTECODE": "1"} if is_assistants_own(command) or is_workbenchs_own(command) else {}


def program(command: list[str], settings: Settings) -> list[str]:
    """Return the command with `python` (the images' interpreter) replaced by the environment's that has its modules."""
    if not command:
        return []
    if is_workbenchs_own(command):
        return [sys.executable, *command[1:]]
    return [settings.rasa_python if command[0] in ("python", "python3") else command[0], *command[1:]]


def is_workbenchs_own(command: list[str]) -> bool:
    """Tell whether a container comes from the workbench's own code, which runs in this environment."""
    return any(word.startswith(("functions.", "parlance_bridge.")) for word in command)


def own_modules(command: list[str]) -> dict[str, str]:
    """Return where the workbench's own code is found, for a container that is made of it."""
    if not is_workbenchs_own(command):
        return {}
    folders = (ROOT, ROOT / "layers" / "core" / "python", ROOT / "layers" / "bridges")
    return {"PYTHONPATH": os.pathsep.join(map(str, folders))}


def is_assistants_own(command: list[str]) -> bool:
    """Tell whether a container comes from the assistant's own image, whose work folder holds its code."""
    return "rasa_sdk" in command


def secret_parts(value_from: str) -> tuple[str, str]:
    """Split a secret's reference into the secret's ARN or name and the JSON key in it (or nothing)."""
    if not value_from.startswith("arn:"):
        return value_from, ""
    parts = value_from.split(":")
    return ":".join(parts[:7]), parts[7] if len(parts) > 7 else ""  # noqa: PLR2004 - an ARN has seven parts


def delay_after(failures: int) -> float:
    """Return how many seconds a service that keeps dying waits before its next start."""
    return 0.0 if failures == 0 else min(60.0, 2.0**failures)
