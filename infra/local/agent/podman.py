"""Tasks as real containers: the same commands, run by podman from the images that the task definitions name."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.local.agent.wire import ContainerDefinition, Launch

ITS_OWN = ("PATH", "HOME", "LANG", "CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF", "XDG_RUNTIME_DIR")
OPTIONS = ("--rm", "--init", "--pull=never", "--network=host", "--log-driver=none")
"""Removed at its end, signals passed on, no registry asked, on this machine's loopback, its output kept by us alone."""
NOT_THERE = "The image {0} is not there: build it from infra/containers (docs/operations.md, Tasks in containers)."


def boxed(launch: Launch, definition: ContainerDefinition, command: list[str], inside: dict[str, str]) -> Launch:
    """Return a process's launch as that of a container, of which `inside` are the variables.

    Variables are told by name only: podman takes their values, the secrets' too, from its own environment, so that
    none is on a command line. The container sees nothing else of that environment, and nothing of our folders.
    """
    names = sorted({*inside, *(secret.name for secret in definition.secrets)})
    box = f"parlance-{launch.log_stream.rsplit('/', 1)[-1]}-{definition.name}"
    variables = [word for name in names for word in ("--env", name)]
    argv = ["podman", "run", f"--name={box}", *OPTIONS, *variables, definition.image, *command]
    return msgspec.structs.replace(launch, argv=argv, env={**own_env(os.environ), **inside}, box=box)


def own_env(env: Mapping[str, str]) -> dict[str, str]:
    """Return what podman itself needs of our environment."""
    return {name: env[name] for name in ITS_OWN if name in env}


def remove(box: str) -> None:
    """Kill and remove a container, if it is there."""
    command = ["podman", "rm", "--force", "--ignore", "--time=0", box]
    subprocess.run(command, check=False, capture_output=True)


def obstacle(images: list[str]) -> str:
    """Return what keeps tasks from running in containers, in one sentence, or nothing."""
    if not shutil.which("podman"):
        return "podman is not there: install it, or leave PARLANCE_TASKS at processes."
    missing = [one for one in images if subprocess.run(["podman", "image", "exists", one], check=False).returncode]
    return NOT_THERE.format(missing[0]) if missing else ""
