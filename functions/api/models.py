"""Trained models, and the model server that Rasa pulls from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from functions.api.answers import JSON, NO_CONTENT, Answer, page
from functions.api.endpoint import API_TOKEN, MEGABYTE, SERVICE, Call, Resource
from functions.api.multipart import file_of
from parlance.domain import shapes
from parlance.domain.errors import Invalid
from parlance.domain.models import SUFFIX, describe
from parlance.services import models as catalogue

if TYPE_CHECKING:
    from parlance.services.models import Download

MODEL_MEDIA = ("multipart/form-data", "application/gzip", "application/octet-stream")
SMALL = 4 * MEGABYTE
"""What fits through a function together with its base64; larger models are uploaded to storage itself."""
LARGER = (
    'A larger model goes to storage itself: POST /api/projects/default/models/uploads {"size": bytes} answers '
    '{"upload", "url"}; PUT the file to that url; then PUT /api/projects/default/models/uploads/<upload> '
    '{"name": name}. `parlance models upload` does all three.'
)
MOST_PARTS = 999
TAG_VERSION = "model tags", lambda _call, tag, **_model: {"etag": f'"{catalogue.held(tag).etag}"'}
"""A tag's version is the model that has it."""
models = Resource(__name__)


class ModelFilter(msgspec.Struct, frozen=True):
    """Which models to list."""

    tag: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


class NamedModel(msgspec.Struct, frozen=True):
    """The name that a model comes with."""

    name: str = ""


class UploadSize(msgspec.Struct, frozen=True):
    """The exact size of the file that will be put."""

    size: int


class UploadName(msgspec.Struct, frozen=True):
    """The model's name, with or without its suffix."""

    name: str


@models.endpoint(
    "GET",
    "/projects/default/models",
    scope="models:list",
    accepts=SERVICE,
    query=ModelFilter,
    answer=list[shapes.Model],
)
def list_models(_call: Call, query: ModelFilter) -> Answer:
    """List models, the newest first."""
    found, total = catalogue.list_models(tag=query.tag, limit=query.limit, offset=query.offset)
    return page([describe(model) for model in found], total)


@models.endpoint(
    "POST",
    "/projects/default/models",
    scope="models:create",
    accepts=SERVICE,
    body=bytes,
    media=MODEL_MEDIA,
    query=NamedModel,
    limit=SMALL,
    larger=LARGER,
    status=201,
    answer=shapes.Model,
)
def upload_model(call: Call, body: bytes, query: NamedModel) -> Answer:
    """Upload a small model: the form field `model`, or the file itself with `?name=`."""
    name, content = file_of(call.headers["content-type"], body, query.name)
    return Answer(describe(catalogue.save_upload(content, name, call.principal.username)), 201)


@models.endpoint(
    "POST",
    "/projects/default/models/uploads",
    scope="models:create",
    accepts=SERVICE,
    body=UploadSize,
    status=201,
    answer=catalogue.Upload,
)
def begin_upload(_call: Call, body: UploadSize) -> Answer:
    """Return an address that takes a model of any size by PUT."""
    return Answer(catalogue.begin_upload(body.size), 201)


@models.endpoint(
    "PUT",
    "/projects/default/models/uploads/{upload}/parts/{part}",
    scope="models:create",
    accepts=SERVICE,
    body=bytes,
    media=("application/octet-stream",),
    limit=SMALL,
    audit="never",
    status=204,
)
def upload_part(_call: Call, upload: str, part: str, body: bytes) -> Answer:
    """Put a part of a model, 4 MiB at most, when storage itself cannot be reached; numbers begin with 1."""
    catalogue.put_part(upload, part_number(part), body)
    return NO_CONTENT


def part_number(text: str) -> int:
    """Return the number of a part; raises Invalid."""
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= MOST_PARTS):
        raise Invalid(f"part: a number from 1 to {MOST_PARTS}.")
    return int(text)


@models.endpoint(
    "PUT",
    "/projects/default/models/uploads/{upload}",
    scope="models:create",
    accepts=SERVICE,
    body=UploadName,
    status=201,
    answer=shapes.Model,
)
def finish_upload(call: Call, upload: str, body: UploadName) -> Answer:
    """Register a model that was put into storage."""
    return Answer(describe(catalogue.finish_upload(upload, body.name, call.principal.username)), 201)


@models.endpoint(
    "GET", "/projects/default/models/tags/{tag}", scope="models.modelByTag:get", accepts=SERVICE, status=(302, 204)
)
def serve_model(call: Call, tag: str) -> Answer:
    """Serve a tag's model to Rasa: 204 when it has it (If-None-Match), else a redirect to storage."""
    return _redirect(catalogue.serve(tag, call.headers.get("if-none-match", "")))


@models.endpoint("GET", "/projects/default/models/{model}", scope="models:get", accepts=SERVICE, status=302)
def download_model(call: Call, model: str) -> Answer:
    """Download a model: a redirect to storage, or `{"url": ...}` for `Accept: application/json`."""
    found = catalogue.download(model)
    return Answer({"url": found.address}) if call.headers.get("accept") == JSON else _redirect(found)


@models.endpoint("DELETE", "/projects/default/models/{model}", scope="models:delete", accepts=API_TOKEN, status=204)
def delete_model(_call: Call, model: str) -> Answer:
    """Delete a model that is not served."""
    catalogue.delete_model(model)
    return NO_CONTENT


@models.endpoint(
    "PUT",
    "/projects/default/models/{model}/tags/{tag}",
    scope="models.tags:update",
    accepts=API_TOKEN,
    status=204,
    version=TAG_VERSION,
)
def tag_model(call: Call, model: str, tag: str) -> Answer:
    """Give a model a tag; `production` makes it the one that is served."""
    catalogue.tag_model(model, tag, call.principal.username)
    return NO_CONTENT


@models.endpoint(
    "DELETE",
    "/projects/default/models/{model}/tags/{tag}",
    scope="models.tags:delete",
    accepts=API_TOKEN,
    status=204,
    version=TAG_VERSION,
)
def untag_model(call: Call, model: str, tag: str) -> Answer:
    """Take a tag from a model."""
    catalogue.untag_model(model, tag, call.principal.username)
    return NO_CONTENT


def _redirect(found: Download) -> Answer:
    headers = {"ETag": f'"{found.model.etag}"', "filename": f"{found.model.name}{SUFFIX}"}
    headers |= {"Parlance-Canary": found.canary} if found.canary else {}
    if found.address is None:
        return Answer(status=204, headers=headers)
    return Answer(status=302, headers={**headers, "Location": found.address})
