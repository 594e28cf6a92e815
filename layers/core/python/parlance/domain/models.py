"""A trained model: what is known of it, and which names, tags and versions are acceptable."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from parlance.domain.errors import Invalid

PRODUCTION = "production"
"""The tag whose model is served to users."""
MINIMUM_VERSION = (3, 6, 21)
"""MINIMUM_COMPATIBLE_VERSION of Rasa 3.6.21: it refuses to load a model that is older."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
TAKEN = frozenset({"jobs", "tags", "uploads"})
"""Names that stand for something else in the API's paths."""
SUFFIX = ".tar.gz"


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A model in storage; `etag` is S3's, without quotes, and what Rasa sends back to ask for news."""

    name: str
    object_key: str
    etag: str
    size: int
    rasa_version: str
    model_id: str
    trained_at: datetime
    created_by: str
    job_id: str | None = None
    project_hash: str = ""
    tags: tuple[str, ...] = ()
    created_at: datetime | None = None
    refused: dict[str, Any] | None = None
    """Why a Rasa could not load it: {code, message, environment, at}."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a training task says of its model in its last message."""

    name: str
    rasa_version: str
    trained_at: datetime
    model_id: str | None = None


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What Rasa writes into a model's metadata.json, as far as it matters here."""

    trained_at: datetime
    rasa_open_source_version: str
    model_id: str = ""


def read_metadata(content: bytes) -> Metadata:
    """Understand a model's metadata.json; raises Invalid. Rasa writes UTC without saying so."""
    try:
        found = msgspec.json.decode(content, type=Metadata)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Invalid(f"The model's metadata.json is not Rasa's: {error}", code="ModelSaveError") from error
    if not _is_storable(found.trained_at):
        raise Invalid("The model's metadata.json names a time that is none.", code="ModelSaveError")
    return msgspec.structs.replace(found, trained_at=_aware(found.trained_at))


def read_result(said: dict[str, Any]) -> Result | None:
    """Understand a task's words; None when they are not enough, and the file itself must be asked."""
    try:
        found = msgspec.convert(said, Result, strict=False)
    except msgspec.ValidationError:
        return None
    return (
        msgspec.structs.replace(found, trained_at=_aware(found.trained_at)) if _is_storable(found.trained_at) else None
    )


def _is_storable(moment: datetime) -> bool:
    """Tell whether it lies in the calendar in every time zone: beyond it nobody could read the model again."""
    return 1 < moment.year < 9999  # noqa: PLR2004  the calendar's ends


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def check_version(version: str) -> None:
    """Raise Invalid when Rasa would refuse to load a model of this version."""
    numbers = re.match(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})", version)
    if not numbers or tuple(map(int, numbers.groups())) < MINIMUM_VERSION:
        least = ".".join(map(str, MINIMUM_VERSION))
        raise Invalid(f"The model was trained by Rasa {version}; it takes {least} or newer.", code="ModelVersionError")


def check_name(name: str) -> str:
    """Return a model's name without its file suffix; raises Invalid for one that cannot stand in a path."""
    bare = name.removesuffix(SUFFIX)
    if not NAME.fullmatch(bare) or bare in TAKEN:
        raise Invalid("A model's name has letters, digits, '.', '_' and '-', at most 120.", code="ModelSaveError")
    return bare


def check_tag(tag: str) -> str:
    """Return the tag; raises Invalid for one that cannot stand in a path."""
    if not NAME.fullmatch(tag):
        raise Invalid("A tag has letters, digits, '.', '_' and '-', at most 120.")
    return tag


def is_known(if_none_match: str, etag: str) -> bool:
    """Whether an If-None-Match header names this ETag: quoted, bare (Rasa's own first try), weak or in a list."""
    candidates = [part.strip().removeprefix("W/").strip('"') for part in if_none_match.split(",")]
    return etag in candidates


def describe(model: Model) -> dict[str, Any]:
    """Return the contract's model object, and what we know beyond it."""
    return {
        "hash": model.etag,
        "model": model.name,
        "path": model.object_key,
        "project": "default",
        "trained_at": model.trained_at.timestamp(),
        "version": model.rasa_version,
        "tags": sorted(model.tags),
        "size": model.size,
        "job": model.job_id,
        "model_id": model.model_id,
        "created_by": model.created_by,
        "created_at": model.created_at.timestamp() if model.created_at else None,
        "data_fingerprint": model.project_hash,
        "refused": model.refused,
    }
