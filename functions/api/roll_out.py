"""Tags in time: history, the way back, what Rasa servers report, and two models side by side."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import API_TOKEN, SERVICE_ONLY, Call, Resource
from parlance.domain import shapes, shapes_models
from parlance.domain.models import describe
from parlance.domain.verdicts import Verdict
from parlance.services import model_comparison
from parlance.services import roll_out as tags

roll_out = Resource(__name__)


class Part(msgspec.Struct, frozen=True):
    """Which part of a list."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 50
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


class Leaving(msgspec.Struct, frozen=True, rename={"leaving": "from"}):
    """`from`: only when the tag is still that model."""

    leaving: str | None = None


class Period(msgspec.Struct, frozen=True):
    """How many days of conversations to look at."""

    days: Annotated[float, msgspec.Meta(gt=0, le=365)] = 7.0


@roll_out.endpoint(
    "GET",
    "/projects/default/models/tags/{tag}/history",
    scope="models:list",
    accepts=API_TOKEN,
    query=Part,
    answer=list[shapes_models.TagMove],
)
def history(_call: Call, tag: str, query: Part) -> Answer:
    """Show where a tag has been, the newest move first."""
    return page(*tags.history(tag, limit=query.limit, offset=query.offset))


@roll_out.endpoint(
    "POST",
    "/projects/default/models/tags/{tag}/rollback",
    scope="models.tags:update",
    accepts=API_TOKEN,
    body=Leaving | None,
    audit="service",
    answer=shapes.Model,
)
def roll_back(call: Call, tag: str, body: Leaving | None) -> dict[str, Any]:
    """Give a tag back to the model that had it before; with `from` only when it is still that model."""
    return describe(tags.roll_back(tag, call.principal, leaving=body.leaving if body else None))


@roll_out.endpoint(
    "POST",
    "/projects/default/models/tags/{tag}/reports",
    scope="models.verdicts:create",
    accepts=SERVICE_ONLY,
    body=Verdict,
    audit="service",
    status=204,
)
def report(call: Call, tag: str, body: Verdict) -> Answer:
    """Hear from a Rasa server what came of a tag's model; one that it cannot load loses the tag."""
    tags.hear(tag, body, call.principal)
    return NO_CONTENT


@roll_out.endpoint(
    "GET",
    "/projects/default/models/{model}/compare/{other}",
    scope="models:list",
    accepts=API_TOKEN,
    query=Period,
    answer=shapes_models.ModelComparison,
)
def compare(_call: Call, model: str, other: str, query: Period) -> dict[str, Any]:
    """Show two models side by side: facts, differences, and what they did in conversations."""
    return model_comparison.compare(model, other, days=query.days)
