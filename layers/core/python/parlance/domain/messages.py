"""The wire: what may lie in the queue, unwrapped to a turn. docs/events.md shows every form."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any

import msgspec

from parlance.domain.errors import Invalid, TooLarge
from parlance.domain.events import origin
from parlance.domain.message_json import parse, refuse
from parlance.domain.turns import Claimed, Turn, lone, sealed, turn_of

LARGEST = 64 * 1024 * 1024
"""Bytes that a compressed message may unfold to."""
DEEPEST = 4
"""Wrappers around a turn: SNS, gzip, and what a claim holds."""
GZIP = 16 + zlib.MAX_WBITS


def read(body: str | bytes, environment: str) -> Turn | Claimed:
    """Return what a message brings, its events unread; raises Invalid with the reason when it can never be stored."""
    for _ in range(DEEPEST):
        turn = sealed(body, environment)
        if turn is not None:
            return turn
        message = parse(body)
        if not isinstance(message, dict):
            raise Invalid("the message is not a JSON object")
        if message.get("Type") == "Notification":
            environment = published_by(message) or environment
            body = text(message, "Message")
        elif message.get("encoding") == "gzip":
            body = unpack(decoded(text(message, "body")))
        else:
            return content(message, environment, len(body))
    raise Invalid("the message is wrapped too often")


def content(message: dict[str, Any], environment: str, size: int) -> Turn | Claimed:
    """Tell a turn, a claim and a lone event apart."""
    if "claim" in message:
        return msgspec.convert(message["claim"], Claimed) if claimable(message["claim"]) else refuse("claim")
    if message.get("kind") == "turn":
        return turn_of(message, environment, size)
    if "event" in message:
        return lone(message, environment, size)
    raise Invalid("neither a turn nor a Rasa event")


def claimable(claim: Any) -> bool:
    """Tell whether a claim names an object."""
    return isinstance(claim, dict) and all(isinstance(claim.get(field), str) for field in ("bucket", "key"))


def unpack(packed: bytes) -> bytes:
    """Return the content of a gzip; raises before it grows past `LARGEST`."""
    reader = zlib.decompressobj(GZIP)
    try:
        plain = reader.decompress(packed, LARGEST)
    except zlib.error as error:
        raise Invalid(f"the message is not gzip: {error}") from error
    if reader.unconsumed_tail:
        raise TooLarge(f"the message unfolds to more than {LARGEST} bytes")
    if not reader.eof:
        raise Invalid("the gzip is cut short")
    return plain


def decoded(packed: str) -> bytes:
    """Return the bytes of base64."""
    try:
        return base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid(f"body is not base64: {error}") from error


def text(message: dict[str, Any], field: str) -> str:
    """Return a field that must be text."""
    value = message.get(field)
    return value if isinstance(value, str) else refuse(field)


def published_by(notification: dict[str, Any]) -> str:
    """Return the environment that the publisher named in the attribute `app_id`; empty without one."""
    attributes = notification.get("MessageAttributes")
    attribute = attributes.get("app_id") if isinstance(attributes, dict) else None
    return origin(attribute.get("Value")) if isinstance(attribute, dict) else ""
