"""Trained models: registered, tagged, served to Rasa, handed out, taken in and deleted."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec

from parlance.adapters import evaluations, models, objects, tags
from parlance.adapters.sql import Run, transaction
from parlance.domain.errors import Conflict, Invalid, NotFound, Unavailable
from parlance.domain.model_archive import inspect
from parlance.domain.models import (
    PRODUCTION,
    SUFFIX,
    Model,
    Result,
    check_name,
    check_tag,
    check_version,
    is_known,
    read_result,
)
from parlance.services import gate
from parlance.services.environments import canary_steps, known_places
from parlance.services.unowned_files import new_file
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from parlance.adapters.objects import Stored
    from parlance.domain.jobs import Job

PARTS = ".parts/"
UPLOAD_LIMIT = 2 * 1024**3


class Download(msgspec.Struct, frozen=True, kw_only=True):
    """Where a model's file can be had; without an address the caller has it already."""

    model: Model
    address: str | None
    canary: str = ""
    """For Rasa production: the share of new conversations that another Rasa answers, as JSON."""


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A place for a model's file: PUT it to `url`, then name `upload` to register it."""

    upload: str
    url: str
    method: str = "PUT"
    expires_in: int = objects.ADDRESS_LIFE


def list_models(*, tag: str | None, limit: int, offset: int) -> tuple[list[Model], int]:
    """Return models, the newest first, and their number."""
    return models.page(tag, limit, offset)


def serve(tag: str, if_none_match: str) -> Download:
    """Answer Rasa's question for news of a tag, with one query and without asking S3; raises NotFound."""
    model = models.tagged(tag)
    address = None if is_known(if_none_match, model.etag) else _address(model)
    return Download(model=model, address=address, canary=_canary() if tag == PRODUCTION else "")


def download(name: str) -> Download:
    """Return where a model's file can be read for some minutes; raises NotFound."""
    model = models.find(name)
    return Download(model=model, address=_address(model))


def tagged(tag: str) -> Model:
    """Return the model that has a tag; raises NotFound."""
    return models.tagged(tag)


def held(tag: str) -> Model:
    """Return the model that has a tag, which nobody moves until the open transaction ends; raises NotFound."""
    tags.hold(tag)
    return models.tagged(tag)


def tag_model(name: str, tag: str, who: str) -> None:
    """Give a tag to a model; `production` makes Rasa serve it within seconds. Raises NotFound, Invalid, FailedTests."""
    check_tag(tag)
    if tag == PRODUCTION:
        gate.check(name)
    with transaction() as run:
        models.tag(run, name, tag, who)


def untag_model(name: str, tag: str, who: str) -> None:
    """Take a tag away; Rasa keeps the model that it has. Raises NotFound."""
    models.untag(name, tag, who)


def delete_model(name: str) -> None:
    """Delete a model, its file and its evaluations' reports; raises NotFound, Conflict while it is served."""
    with transaction():
        judged = evaluations.remove(name)
        gone = models.remove(name, _refuse_served)
    objects.delete(settings().models_bucket, gone.object_key)
    for found in judged:
        objects.delete_all(settings().data_bucket, found.report_key.rpartition("/")[0] + "/")


def begin_upload(size: int) -> Upload:
    """Return where a model's file of exactly `size` bytes may be put; raises Invalid for a size out of bounds."""
    if not 0 < size <= UPLOAD_LIMIT:
        raise Invalid(f"A model has between 1 and {UPLOAD_LIMIT} bytes.", code="ModelSaveError")
    upload = uuid4().hex
    return Upload(upload=upload, url=objects.writing_address(settings().models_bucket, _upload_key(upload), size))


def put_part(upload: str, number: int, body: bytes) -> None:
    """Keep a part of a file, for those who cannot put all of it at once; parts are joined by their numbers."""
    objects.put(settings().models_bucket, f"{_upload_key(upload)}{PARTS}{number:05}", body)


def finish_upload(upload: str, name: str, who: str) -> Model:
    """Register a file that was put, or its parts; raises NotFound, Invalid when it is no model, Conflict for a name."""
    bare, key, bucket = check_name(name), _upload_key(upload), settings().models_bucket
    if objects.join(bucket, key + PARTS, key):
        objects.delete_all(bucket, key + PARTS)
    if objects.head(bucket, key) is None:
        raise NotFound("Nothing was uploaded there.", code="UploadNotFound")
    model = _take_in(bare, who, lambda target: objects.copy(bucket, key, target))
    with suppress(Unavailable):  # it is registered; what stays of the upload goes by itself within days
        objects.delete(bucket, key)
    return model


def save_upload(body: bytes, name: str, who: str) -> Model:
    """Register a small file that came with the request itself; raises as `finish_upload` does."""
    return _take_in(check_name(name), who, lambda target: objects.put(settings().models_bucket, target, body))


def trained(job: Job, result: dict[str, Any]) -> Model | None:
    """Return the model that a job has put into storage, or None: what is in storage counts, not what was said.

    What the task did not say of it is read from the file.
    """
    stored = objects.head(settings().models_bucket, job.model_key)
    if stored is None:
        return None
    said = read_result(result) or _read(job.model_key, f"model-{job.id[:12]}", stored.size)
    said = msgspec.structs.replace(said, name=_free_name(said.name, job.id))
    origin = {"job_id": job.id, "project_hash": job.project_hash, "created_by": job.created_by}
    return _model(job.model_key, stored, said, **origin)


def register(run: Run, model: Model, *, promote: bool, may_be_first: bool) -> None:
    """Store a trained model and serve it when that is wanted, or when none is served yet."""
    models.add(run, model)
    if promote:
        models.tag(run, model.name, PRODUCTION, model.created_by)
    elif may_be_first:
        models.tag_first(run, model.name, model.created_by)


def _take_in(name: str, who: str, bring: Callable[[str], None]) -> Model:
    """Have a file brought where nobody can change it any more, judge it there and register it, or remove it again."""
    if models.is_taken(name, None):
        raise Conflict(f"There is a model {name} already.", code="ModelExistsError")
    with new_file() as key:
        bring(key)
        return _registered(key, name, who)


def _registered(key: str, name: str, who: str) -> Model:
    stored = objects.head(settings().models_bucket, key)
    if stored is None or stored.size > UPLOAD_LIMIT:
        raise Invalid(f"A model has between 1 and {UPLOAD_LIMIT} bytes.", code="ModelSaveError")
    found = _read(key, name, stored.size)
    check_version(found.rasa_version)
    model = _model(key, stored, found, created_by=who)
    with transaction() as run:
        models.add(run, model)
    return model


def _model(key: str, stored: Stored, said: Result, **origin: str) -> Model:
    facts = {"object_key": key, **msgspec.structs.asdict(stored), **msgspec.structs.asdict(said)}
    return Model(**{**facts, "model_id": said.model_id or "", **origin})


def _read(key: str, name: str, size: int) -> Result:
    """Ask a model's file itself; raises Invalid when it is none."""
    found = inspect(objects.stream(settings().models_bucket, key), size)
    return Result(
        name=name,
        rasa_version=found.rasa_open_source_version,
        trained_at=found.trained_at,
        model_id=found.model_id,
    )


def _free_name(wanted: str, job_id: str) -> str:
    """Return the name that Rasa gave, or one beside it when another model has it."""
    try:
        name = check_name(wanted)
    except Invalid:
        name = f"model-{job_id[:12]}"
    return f"{name[:100]}-{job_id[:12]}" if models.is_taken(name, job_id) else name


def _canary() -> str:
    found = canary_steps()
    return msgspec.json.encode({"url": found[0], "steps": found[1]}).decode() if found else ""


def _refuse_served(model: Model) -> None:
    served = sorted(known_places().keys() & set(model.tags))
    if served:
        raise Conflict(f"{model.name} is served now: tag another model {served[0]} first.", code="ModelInUse")


def _address(model: Model) -> str:
    return objects.reading_address(settings().models_bucket, model.object_key, f"{model.name}{SUFFIX}")


def _upload_key(upload: str) -> str:
    if not (upload.isalnum() and upload.isascii()):
        raise NotFound("There is no such upload.", code="UploadNotFound")
    return f"uploads/{upload}{SUFFIX}"
