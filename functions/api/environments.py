"""Environments: which there are, what runs, who sleeps when."""

from __future__ import annotations

from typing import Any

from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.services import environments as service
from parlance.services.environments import Change

environments = Resource(__name__)


@environments.endpoint("GET", "/environments", scope="environments:list", accepts=API_TOKEN)
def show(_call: Call) -> dict[str, Any]:
    """Show the environments: as YAML, and each with its state, servers, model and schedule."""
    return service.show()


@environments.endpoint(
    "PUT",
    "/environments/{environment}",
    scope="environments:update",
    accepts=API_TOKEN,
    body=Change,
    tagged=True,
    version=("environments", lambda _call, environment: service.show_one(environment)),
)
def change(_call: Call, environment: str, body: Change) -> dict[str, Any]:
    """Switch an environment on, off or to sleep, give it a schedule, give the canary its share."""
    return service.change(environment, body)


@environments.endpoint("POST", "/environments/{environment}/wake", scope=None, audit="never")
def wake(_call: Call, environment: str) -> dict[str, Any]:
    """Wake an environment that is asleep, as a message does; open to everybody, for everybody may write."""
    return service.wake(environment)
