"""Entity tags of texts: who sends one back as `If-Match` overwrites nothing that somebody else has changed."""

from __future__ import annotations

from typing import Any

import msgspec

from parlance.domain.errors import PreconditionFailed
from parlance.domain.training.ids import hash_of


def etag(text: str) -> str:
    """Return the entity tag of a text."""
    return f'"{hash_of(text)}"'


def tagged(thing: dict[str, Any], *volatile: str) -> dict[str, Any]:
    """Return an object with its entity tag as `etag`; what `volatile` names is no edit of it and does not count."""
    counted = {name: value for name, value in thing.items() if name not in volatile}
    return {**thing, "etag": etag(msgspec.json.encode(counted).decode())}


def tag_of(thing: Any) -> str:
    """Return an object's entity tag: the one that it carries, else one of all that it says."""
    carried = thing.get("etag") if isinstance(thing, dict) else None
    return str(carried or etag(msgspec.json.encode(thing).decode()))


def require(tag: str | None, if_match: str | None) -> None:
    """Raise PreconditionFailed unless `If-Match`, where it is sent, names the tag; None is the tag of nothing."""
    if not if_match:
        return
    tags = {one.strip().removeprefix("W/") for one in if_match.split(",")}
    if tag is None or tags.isdisjoint({"*", tag}):
        raise PreconditionFailed("It has been changed meanwhile: read it again.")
