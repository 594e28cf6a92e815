"""Texts parsed by any model, the inbox parsed anew, two models compared."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from functions.api.answers import Answer
from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain import shapes, shapes_nlu
from parlance.domain.errors import Invalid
from parlance.domain.jobs import Job
from parlance.domain.orders import MOST, CompareOrder, Name, ReparseOrder, Texts
from parlance.services import jobs as work
from parlance.services import parsing as service

parsing = Resource(__name__)

Most = Annotated[int, msgspec.Meta(ge=1, le=MOST)]


class TextsToParse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to parse."""

    texts: Texts


class HowMany(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many messages, the newest first."""

    most: Most = MOST


class ModelPair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which models to compare, on how many messages of the inbox."""

    models: tuple[Name, Name]
    most: Most = MOST


class Part(msgspec.Struct, frozen=True):
    """Which part of the differences to show."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    offset: Annotated[int, msgspec.Meta(ge=0, le=MOST)] = 0


@parsing.endpoint(
    "POST",
    "/projects/default/models/{model}/parse",
    scope="logs.messages:create",
    accepts=API_TOKEN,
    body=TextsToParse,
    audit="never",
    status=(200, 202),
    answer=shapes_nlu.ParsedTexts,
    answers={202: shapes.Job},
)
def parse(call: Call, model: str, body: TextsToParse) -> Answer:
    """Parse texts: 200 with the predictions by the model in service, else 202 with a job."""
    found = service.parse(model, body.texts, call.principal.username)
    return Answer(work.describe(found), 202) if isinstance(found, Job) else Answer(found)


@parsing.endpoint(
    "GET",
    "/projects/default/parses/{job}",
    scope="logs.messages:list",
    accepts=API_TOKEN,
    answer=shapes_nlu.ParsedTexts,
)
def read_parse(_call: Call, job: str) -> dict[str, Any]:
    """Show what a parsing job found; 409 while it runs."""
    return service.parsed(job)


@parsing.endpoint(
    "POST",
    "/projects/default/models/{model}/reparse",
    scope="logs.messages:create",
    accepts=API_TOKEN,
    body=HowMany | None,
    status=202,
    answer=shapes.Job,
)
def reparse(call: Call, model: str, body: HowMany | None) -> Answer:
    """Give the inbox's messages the predictions of a model; answers at once with a job."""
    order = ReparseOrder(model=model, most=(body or HowMany()).most)
    return Answer(work.describe(work.start_order(order, call.principal.username)), 202)


@parsing.endpoint(
    "POST",
    "/projects/default/comparisons",
    scope="models.evaluations:update",
    accepts=API_TOKEN,
    body=ModelPair,
    status=202,
    answer=shapes.Job,
)
def compare(call: Call, body: ModelPair) -> Answer:
    """Compare two models on the inbox's messages; answers at once with a job."""
    if body.models[0] == body.models[1]:
        raise Invalid("Compare two different models.")
    order = CompareOrder(models=body.models, most=body.most)
    return Answer(work.describe(work.start_order(order, call.principal.username)), 202)


@parsing.endpoint(
    "GET",
    "/projects/default/comparisons/{job}",
    scope="logs.messages:list",
    accepts=API_TOKEN,
    query=Part,
    answer=shapes_nlu.Disagreements,
)
def read_comparison(_call: Call, job: str, query: Part) -> dict[str, Any]:
    """Show where two models disagree, the surest differences first; 409 while the job runs."""
    return service.comparison(job, query.limit, query.offset)
