"""Distinct values for filter menus and the totals of the statistics screen."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from parlance.adapters.conversation_filters import contains, visible
from parlance.adapters.sql import query
from parlance.settings import settings

if TYPE_CHECKING:
    from parlance.domain.conversations import Viewer

MOST = 1000
MANY, KEPT_S = 100_000, 60.0
TOPS = {"top_intents": "intent", "top_actions": "action", "top_entities": "entity", "top_policies": "policy"}
OF_KIND = "name >= CAST(:kind AS text) || ':' AND name < CAST(:kind AS text) || ';'"
"""A semicolon is what comes after a colon."""
NOTHING: dict[str, Any] = {}
_kept: dict[str, tuple[float, dict[str, Any]]] = {}
"""What was counted of a database, and when."""


def distinct(kind: str, viewer: Viewer) -> list[str]:
    """Return the names of a kind that were seen, sorted."""
    if not viewer.sees_all:
        names = "SELECT DISTINCT substr(name, :prefix) AS value FROM seen_names s CROSS JOIN unnest(s.names) AS name"
        return _own(names, OF_KIND, viewer, kind=kind, prefix=len(kind) + 2)
    sql = f"SELECT substr(name, :prefix) AS value FROM name_counts WHERE {OF_KIND} ORDER BY name LIMIT {MOST}"
    return [row["value"] for row in query(sql, kind=kind, prefix=len(kind) + 2)]


def slot_names(viewer: Viewer) -> list[str]:
    """Return the names of slots that were ever set; jumps from name to name in the index."""
    if not viewer.sees_all:
        return _own("SELECT DISTINCT s.name AS value FROM seen_slots s", "true", viewer)
    sql = f"""
        WITH RECURSIVE names (value) AS (
            (SELECT name FROM seen_slots ORDER BY name LIMIT 1)
            UNION ALL
            SELECT (SELECT name FROM seen_slots WHERE name > names.value ORDER BY name LIMIT 1)
            FROM names WHERE names.value IS NOT NULL
        )
        SELECT value FROM names WHERE value IS NOT NULL LIMIT {MOST}
    """
    return [row["value"] for row in query(sql)]


def slot_values(viewer: Viewer, slot: str, part: str) -> list[str]:
    """Return values (JSON texts) of a slot that contain a text."""
    condition = "s.name = :slot AND s.value ILIKE :part"
    return _own("SELECT DISTINCT s.value FROM seen_slots s", condition, viewer, slot=slot, part=contains(part))


def statistics() -> dict[str, Any]:
    """Return totals and the three most frequent names of each kind, counted by conversation.

    Where counting takes a while, because there are MANY messages, an answer is given for KEPT_S seconds.
    """
    place = settings().database_secret
    counted_at, counted = _kept.get(place, (0.0, NOTHING))
    if not counted or time.monotonic() - counted_at > KEPT_S:
        counted = _totals() | {name: _top(kind) for name, kind in TOPS.items()}
        _kept.pop(place, None)
        if counted["user_messages"] >= MANY:
            _kept[place] = time.monotonic(), counted
    return counted


def _totals() -> dict[str, Any]:
    return query("""
        SELECT coalesce(sum(n_user_messages), 0)::bigint AS user_messages,
               coalesce(sum(n_bot_messages), 0)::bigint AS bot_messages
        FROM conversations
    """)[0]


def _top(kind: str) -> list[str]:
    sql = f"""
        SELECT substr(name, :prefix) AS value FROM name_counts
        WHERE {OF_KIND} ORDER BY n_conversations DESC, name LIMIT 3
    """
    return [row["value"] for row in query(sql, kind=kind, prefix=len(kind) + 2)]


def _own(select: str, condition: str, viewer: Viewer, **values: Any) -> list[str]:
    clauses = " AND ".join([condition, *visible(viewer)])
    sql = f"{select} JOIN conversations c USING (sender_id) WHERE {clauses} ORDER BY 1 LIMIT {MOST}"
    return [row["value"] for row in query(sql, viewer=viewer.username, **values)]
