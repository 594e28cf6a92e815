"""Entity tags of texts: who sends one back as `If-Match` overwrites nothing that somebody else has changed."""

from __future__ import annotations

from parlance.domain.errors import PreconditionFailed
from parlance.domain.training.ids import hash_of


def etag(text: str) -> str:
    """Return the entity tag of a text."""
    return f'"{hash_of(text)}"'


def require(tag: str | None, if_match: str | None) -> None:
    """Raise PreconditionFailed unless `If-Match`, where it is sent, names the tag; None is the tag of nothing."""
    if not if_match:
        return
    tags = {one.strip().removeprefix("W/") for one in if_match.split(",")}
    if tag is None or tags.isdisjoint({"*", tag}):
        raise PreconditionFailed("It has been changed meanwhile: read it again.")
