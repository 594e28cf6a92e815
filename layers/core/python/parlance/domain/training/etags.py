"""Entity tags of texts: who sends one back as `If-Match` overwrites nothing that somebody else has changed."""

from __future__ import annotations

from parlance.domain.errors import PreconditionFailed
from parlance.domain.training.ids import hash_of


def etag(text: str) -> str:
    """Return the entity tag of a text."""
    return f'"{hash_of(text)}"'


def require(text: str | None, if_match: str | None) -> None:
    """Raise PreconditionFailed unless the text, None for none, is one that the caller has read."""
    if not if_match:
        return
    tags = {tag.strip().removeprefix("W/") for tag in if_match.split(",")}
    if text is None or ("*" not in tags and etag(text) not in tags):
        raise PreconditionFailed("It has been changed meanwhile: read it again.")
