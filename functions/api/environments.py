"""Environments: which there are, what runs, who sleeps when."""

from __future__ import annotations

from typing import Any

import msgspec

from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain import shapes_installation as shapes
from parlance.services import environment_file
from parlance.services import environments as service
from parlance.services.environments import Change

environments = Resource(__name__)


class EnvironmentsFile(msgspec.Struct, frozen=True):
    """The environments as the GET answers them; `url` and `token` of each are the deployment's."""

    environments: str


@environments.endpoint(
    "GET", "/environments", scope="environments:list", accepts=API_TOKEN, answer=shapes.Environments, tagged=True
)
def show(_call: Call) -> dict[str, Any]:
    """Show the environments: as YAML, and each with its state, servers, model and schedule."""
    return service.show()


@environments.endpoint(
    "PUT",
    "/environments",
    scope="environments:update",
    body=EnvironmentsFile,
    answer=shapes.Environments,
    tagged=True,
    version=("environments", lambda _call: service.show()),
)
def save(_call: Call, body: EnvironmentsFile) -> dict[str, Any]:
    """Switch on what the YAML text lists and off what it leaves out; 422 for servers that are not deployed."""
    return environment_file.save(body.environments)


@environments.endpoint(
    "PUT",
    "/environments/{environment}",
    scope="environments:update",
    accepts=API_TOKEN,
    body=Change,
    answer=shapes.Environment,
    tagged=True,
    version=("environments", lambda _call, environment: service.show_one(environment)),
)
def change(_call: Call, environment: str, body: Change) -> dict[str, Any]:
    """Switch an environment on, off or to sleep, give it a schedule, give the canary its share."""
    return service.change(environment, body)


@environments.endpoint("POST", "/environments/{environment}/wake", scope=None, audit="never", answer=shapes.Woken)
def wake(_call: Call, environment: str) -> dict[str, Any]:
    """Wake an environment that is asleep, as a message does; open to everybody, for everybody may write."""
    return service.wake(environment)
