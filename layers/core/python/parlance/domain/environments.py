"""Environments: each a Rasa of its own that serves the tag of its name."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from parlance.domain.errors import NotFound
from parlance.domain.models import PRODUCTION
from parlance.domain.schedules import Schedule

CANARY = "canary"
"""The environment that takes a share of production's new conversations."""
WORKER = "worker"
"""Trains, tests and parses: a task for each job, no server."""
State = Literal["on", "off", "asleep"]


class Place(msgspec.Struct, frozen=True):
    """Where an environment's Rasa is: its address, and the ECS service that keeps it."""

    url: str
    service: str


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """What people and the clock decide of one. A message wakes it when it is asleep; when it is off, only people do."""

    name: str
    state: State = "on"
    schedule: Schedule | None = None
    woken_at: datetime | None = None
    steps: tuple[tuple[int, int], ...] = ()
    """The canary's share of new conversations: since when (unix milliseconds), how many percent; the oldest first."""
    verdict: dict[str, Any] | None = None
    """What its Rasa last said: `live` and `refused`, each with model, fingerprint and time."""

    @property
    def share(self) -> int:
        """The canary's share of new conversations now."""
        return self.steps[-1][1] if self.steps else 0


def places(production_url: str, others: str, cluster: str) -> dict[str, Place]:
    """Return the environments of an installation; `others` as `staging=http://..., canary=http://...`."""
    found = {PRODUCTION: Place(production_url, f"{cluster}-rasa")}
    for entry in filter(None, (part.strip() for part in others.split(","))):
        name, _, url = entry.partition("=")
        found[name.strip()] = Place(url.strip().rstrip("/"), f"{cluster}-rasa-{name.strip()}")
    return found


def place_of(name: str, known: dict[str, Place]) -> Place:
    """Return where an environment is; raises NotFound, saying which ones there are."""
    if name not in known:
        raise NotFound(f"There is no environment {name[:60]}; there is {', '.join(known)}.", code="EnvironmentNotFound")
    return known[name]
