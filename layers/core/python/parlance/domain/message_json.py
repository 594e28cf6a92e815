"""JSON as Rasa's brokers write it: strict, but for lone surrogates."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

import msgspec

from parlance.domain.errors import Invalid


def parse(body: str | bytes | msgspec.Raw) -> Any:
    """Return the JSON of a body: strict, but lone surrogates pass, because Python's own encoder writes them."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return parse_leniently(body if isinstance(body, str) else bytes(body))


def parse_leniently(body: str | bytes) -> Any:
    """Do what `parse` does, by the standard library: slower, and it knows lone surrogates."""
    try:
        return json.loads(body, parse_constant=lambda _constant: refuse("a number"), parse_float=finite)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"the message is not JSON: {error}") from error


def finite(digits: str) -> float:
    """Return a number that a double can hold; raises Invalid for a greater one."""
    value = float(digits)
    return value if math.isfinite(value) else refuse("a number")


def refuse(field: str) -> NoReturn:
    """Refuse a message for one field."""
    raise Invalid(f"{field} is not what the format asks for")
