"""Conversation locks that Rasa keeps on PostgreSQL, in the tracker store's database: the same items as on DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.adapters.tracker_archive import database, has_table
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from parlance.adapters.native import Run

TABLE = "conversation_locks"
"""The lock store's own name for it, unless `endpoints.yml` says another."""

HELD = f"SELECT key, queue FROM {TABLE} WHERE queue <> '{{}}' ORDER BY touched LIMIT CAST(:most AS integer)"
ONE = f"SELECT key, queue FROM {TABLE} WHERE key = :key"
REMOVE = f"""
UPDATE {TABLE} SET queue = queue - CAST(:name AS text)
WHERE key = :key AND queue -> CAST(:name AS text) -> 0 = to_jsonb(CAST(:ticket AS bigint)) RETURNING key
"""

FORGET = f"DELETE FROM {TABLE} WHERE key = :key AND queue = '{{}}' RETURNING key"


def held_items(limit: int) -> tuple[list[dict[str, Any]], bool]:
    """Return items that somebody is queued in, and whether these are all."""
    found = _rows(lambda run: run(HELD, most=limit + 1))
    return [_item(*row) for row in found[:limit]], len(found) <= limit


def item(sender_id: str) -> dict[str, Any]:
    """Return a conversation's item as of now; empty when there is none."""
    return next((_item(*row) for row in _rows(lambda run: run(ONE, key=sender_id))), {})


def remove(sender_id: str, name: str, ticket: int) -> bool:
    """Take a waiter out of the queue if it still has this ticket; False when it has not."""
    return bool(_rows(lambda run: run(REMOVE, key=sender_id, name=name, ticket=ticket)))


def forget(sender_id: str) -> bool:
    """Remove a conversation's row unless somebody is queued in it."""
    return bool(_rows(lambda run: run(FORGET, key=sender_id)))


def _rows(work: Callable[[Run], Any]) -> list[Any]:
    """Return a statement's rows; none where no lock store has made its table."""
    if not settings().tracker_database_secret:
        return []
    return database(lambda run: list(work(run)) if has_table(run, TABLE) else [])


def _item(key: str, queue: dict[str, list[int]]) -> dict[str, Any]:
    tickets = {f"t_{name}": ticket for name, (ticket, _) in queue.items()}
    beats = {f"b_{name}": beat for name, (_, beat) in queue.items() if beat}
    return {"pk": key, **tickets, **beats}
