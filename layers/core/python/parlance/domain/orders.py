"""What a job that is no training has to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from parlance.domain.inbox import Text
from parlance.domain.jobs import Job, Progress

if TYPE_CHECKING:
    from datetime import datetime

Part = Literal["nlu", "cross_validation", "stories", "tests"]
PARTS: tuple[Part, ...] = ("nlu", "stories", "tests")
"""What an evaluation does unless asked otherwise: all that needs no training."""
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Texts = Annotated[tuple[Text, ...], msgspec.Meta(min_length=1, max_length=200)]
MOST = 5000
"""Messages of the inbox in one job."""


class EvaluateOrder(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="evaluate", omit_defaults=True):
    """Let Rasa test a model on a snapshot of the project."""

    model: str
    parts: tuple[Part, ...] = PARTS
    folds: int = 3
    """Of the cross-validation."""
    promote: bool = False
    """Serve the model when it passes."""
    first: bool = False
    """Serve the model when it passes, unless one is served by then."""


class ParseOrder(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="parse", omit_defaults=True):
    """Let a model parse texts."""

    model: str
    texts: tuple[str, ...]


class ReparseOrder(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="reparse", omit_defaults=True):
    """Give the inbox's messages the predictions of a model."""

    model: str
    most: int = MOST


class CompareOrder(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="compare", omit_defaults=True):
    """Let two models parse the inbox's messages."""

    models: tuple[str, str]
    most: int = MOST


class ConversationsOrder(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="conversations", omit_defaults=True
):
    """Let a model's policies go through conversations, which are in storage as stories; no name of them is here."""

    model: str
    stories_key: str
    conversations: int
    all_changed: bool = False
    """Whether it is about all that had changed, not about one."""


Order = EvaluateOrder | ParseOrder | ReparseOrder | CompareOrder | ConversationsOrder


def models_of(order: Order) -> tuple[str, ...]:
    """Return the names of the models that an order works with."""
    return order.models if isinstance(order, CompareOrder) else (order.model,)


def order_of(job: Job) -> Order:
    """Return what a job of one of these kinds has to do."""
    found: Order = msgspec.convert(job.orders, Order)
    return found


def ordered(order: Order, job_id: str, who: str, now: datetime) -> Job:
    """Return a new job with this order."""
    orders = msgspec.to_builtins(order)
    return Job(id=job_id, created_at=now, created_by=who, kind=orders["kind"], orders=orders)


def unchanged(job: Job, model: str, now: datetime) -> Job:
    """Close a training that has nothing to do: this model is of the same project and the same options."""
    done: dict[str, Any] = {"model": model, "progress": Progress(stage="unchanged", percent=100.0)}
    return msgspec.structs.replace(job, state="succeeded", started_at=now, finished_at=now, **done)
