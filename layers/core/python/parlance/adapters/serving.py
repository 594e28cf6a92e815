"""ECS services of the environments: how many servers each shall have, and how many it has."""

from __future__ import annotations

import msgspec

from parlance.adapters.tasks import asking
from parlance.settings import settings


class Running(msgspec.Struct, frozen=True):
    """Wanted and running servers of a service; `is_there` is False for one that was never deployed."""

    wanted: int = 0
    running: int = 0
    is_there: bool = False


def look(services: list[str]) -> dict[str, Running]:
    """Return what ECS knows of these services. Raises Refusal."""
    with asking() as ecs:
        found = ecs.describe_services(cluster=settings().cluster, services=services)["services"]
    counts = {
        one["serviceName"]: Running(one["desiredCount"], one["runningCount"], is_there=True)
        for one in found
        if one.get("status", "ACTIVE") == "ACTIVE"
    }
    return {name: counts.get(name, Running()) for name in services}


def want(service: str, count: int) -> None:
    """Have a service keep so many servers. Raises Refusal."""
    with asking() as ecs:
        ecs.update_service(cluster=settings().cluster, service=service, desiredCount=count)
