"""Lists that come in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from parlance_client.transport import Reply

T = TypeVar("T")


class Page(NamedTuple, Generic[T]):
    """Some of a list: `total` counts all of it, or at least so many; `cursor` leads to the next page."""

    items: list[T]
    total: int
    is_minimum: bool
    cursor: str | None


def page(reply: Reply, kind: type[T]) -> Page[T]:
    """Read an answer that is a list."""
    items = reply.read(list[kind])  # type: ignore[valid-type]  # a type made while running
    total = int(reply.headers.get("X-Total-Count") or len(items))
    is_minimum = reply.headers.get("X-Total-Count-Is-Minimum") == "true"
    return Page(items, total, is_minimum, reply.headers.get("X-Next-Cursor"))
