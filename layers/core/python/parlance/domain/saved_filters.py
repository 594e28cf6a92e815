"""Filters of the conversation list that somebody keeps."""

from __future__ import annotations

from typing import Annotated

import msgspec

Parameters = dict[
    Annotated[str, msgspec.Meta(min_length=1, max_length=64)], Annotated[str, msgspec.Meta(max_length=2000)]
]


class NewFilter(msgspec.Struct, frozen=True, kw_only=True):
    """A filter as clients send it: the parameters of the list as they stand in its address."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    query: Parameters
    shared: bool = False
    """Whether everybody sees it; only its owner and administrators change it."""


class SavedFilter(msgspec.Struct, frozen=True, kw_only=True):
    """A filter as it is kept; `saved_at` is unix seconds."""

    id: int
    name: str
    query: dict[str, str]
    shared: bool
    username: str
    saved_at: float
