"""Who holds which conversation: the lock store's items, read for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping


class Waiter(msgspec.Struct, frozen=True, kw_only=True):
    """One message in a conversation's queue."""

    ticket: int
    node: str
    """Host and process that handle it, `host.pid`."""
    since: float
    """When it queued, Unix seconds of that host's clock."""
    age: float
    """Seconds that it has been in the queue, as far as the clocks of that host and this one agree."""
    heartbeats: int
    """Signs of life so far; a message that is done within a third of the lease shows none."""


class ConversationLock(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation that is being worked on; the others wait in this order."""

    sender_id: str
    holder: Waiter
    waiting: tuple[Waiter, ...]


class Locks(msgspec.Struct, frozen=True, kw_only=True):
    """Some conversations that are held now; `complete` is false when there may be more."""

    locks: tuple[ConversationLock, ...]
    complete: bool


def lock_of(item: Mapping[str, Any], now: float) -> ConversationLock | None:
    """Read an item of the lock table (`t_<name>` is a ticket, `b_<name>` a heartbeat); None when nobody is in it."""
    queue = sorted(
        (_waiter(name[2:], ticket, item, now) for name, ticket in item.items() if name.startswith("t_")),
        key=lambda waiter: waiter.ticket,
    )
    return ConversationLock(sender_id=item["pk"], holder=queue[0], waiting=tuple(queue[1:])) if queue else None


def name_of(item: Mapping[str, Any], ticket: int) -> str | None:
    """Return the name under which a ticket is in the queue; None when it is not."""
    return next((name[2:] for name, value in item.items() if name.startswith("t_") and value == ticket), None)


def _waiter(name: str, ticket: int, item: Mapping[str, Any], now: float) -> Waiter:
    host, pid, _, _, taken = name.split(".")
    since = int(taken, 16) / 1000
    beats = item.get(f"b_{name}", 0)
    return Waiter(ticket=ticket, node=f"{host}.{pid}", since=since, age=max(0.0, now - since), heartbeats=beats)
