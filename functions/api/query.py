"""Query strings by the contract's rules: comma lists, `true` or anything else, unix seconds or ISO-8601."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from parlance.domain.errors import Invalid
from parlance.domain.instants import Instant

Query = TypeVar("Query", bound=msgspec.Struct)


def parse(kind: type[Query], given: dict[str, str]) -> Query:
    """Read the known names of `given`, ignoring others as Rasa X did; raises Invalid that names the parameter."""
    values = {name: _read(name, read, given[name]) for name, read in _readers(kind).items() if given.get(name)}
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(f"query: {error}") from error


def _read(name: str, read: Any, text: str) -> Any:
    try:
        return read(text)
    except (ValueError, OverflowError) as error:
        raise Invalid(f"query: {error} - at `$.{name}`") from error


@cache
def _readers(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {field.encode_name: _reader(field.type) for field in msgspec.structs.fields(kind)}


def _reader(kind: Any) -> Any:
    kinds = {kind, *get_args(kind)}
    if bool in kinds:
        return _flag
    if Instant in kinds:
        return _instant
    return _items if any(get_origin(part) is tuple for part in kinds) else str


def _flag(text: str) -> bool:
    return text.lower() == "true"


def _items(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _instant(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
