"""`ETag` and `If-Match`: what a change builds on, and what comes back."""

from __future__ import annotations

from typing import Any

import msgspec

from functions.api.answers import Answer
from parlance.domain.training.etags import tag_of


class Carried(msgspec.Struct, frozen=True):
    """The entity tag in a body."""

    etag: str | None = None


def with_tag(result: Any) -> Answer:
    """Answer an object with its entity tag."""
    answer = result if isinstance(result, Answer) else Answer(result)
    return msgspec.structs.replace(answer, headers={"ETag": tag_of(answer.body), **answer.headers})


def if_match(request: Any, *, is_object: bool) -> str | None:
    """Return the tag of what the caller has read: the header, or `etag` of an object that comes back changed."""
    header: str | None = request.headers.get("if-match")
    if header or not is_object:
        return header
    try:
        return msgspec.json.decode(request.raw_body, type=Carried).etag
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
