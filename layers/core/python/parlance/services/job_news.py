"""What open screens learn of a job that has succeeded: a new model, another one in service, edits that were pushed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parlance.adapters import models
from parlance.domain.errors import NotFound
from parlance.domain.live import Added, Changes
from parlance.domain.models import PRODUCTION
from parlance.services import live

if TYPE_CHECKING:
    from parlance.domain.jobs import Job


def tell(job: Job) -> None:
    """Pass on what a job that is just over has brought."""
    if job.state == "succeeded":
        live.announce(_news(job))


def _news(job: Job) -> Changes:
    orders = job.orders if isinstance(job.orders, dict) else {}
    if job.kind == "git":
        return Changes(pushed=orders.get("branch", "") if orders.get("action") == "commit" else None)
    if job.kind == "train" and job.model:
        added = (Added(method="trained", model_name=job.model),)
        return Changes(models=True, added=added, promoted=_served(job.model))
    if job.kind == "evaluate" and (orders.get("promote") or orders.get("first")):
        return Changes(models=True, promoted=_served(orders.get("model", "")))
    return Changes()


def _served(model: str) -> str | None:
    try:
        return model if PRODUCTION in models.find(model).tags else None
    except NotFound:
        return None
