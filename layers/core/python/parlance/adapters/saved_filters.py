"""Saved filters in PostgreSQL."""

from __future__ import annotations

import msgspec

from parlance.adapters.sql import query
from parlance.domain.errors import Conflict
from parlance.domain.saved_filters import NewFilter, SavedFilter

COLUMNS = "id, name, query, shared, username, saved_at"
MOST = 1000


def seen_by(username: str) -> list[SavedFilter]:
    """Return a user's own filters, then those that others share, each by name."""
    sql = f"""
        SELECT {COLUMNS} FROM saved_filters WHERE username = :username OR shared
        ORDER BY username <> :username, name, id LIMIT {MOST}
    """
    return [msgspec.convert(row, SavedFilter) for row in query(sql, username=username)]


def find(number: int) -> SavedFilter | None:
    """Return a filter, whoever's it is."""
    rows = query(f"SELECT {COLUMNS} FROM saved_filters WHERE id = :number", number=number)
    return msgspec.convert(rows[0], SavedFilter) if rows else None


def add(username: str, new: NewFilter) -> SavedFilter:
    """Keep a filter; raises Conflict when its owner has one of this name."""
    sql = f"""
        INSERT INTO saved_filters (username, name, query, shared)
        VALUES (:username, :name, CAST(:query AS jsonb), :shared) ON CONFLICT (username, name) DO NOTHING
        RETURNING {COLUMNS}
    """
    return _stored(sql, new, username=username)


def replace(number: int, new: NewFilter) -> SavedFilter:
    """Write another filter in its place; raises Conflict when its owner has another one of this name."""
    sql = f"""
        UPDATE saved_filters f SET name = :name, query = CAST(:query AS jsonb), shared = :shared,
               saved_at = extract(epoch FROM now())
        WHERE id = :number AND NOT EXISTS (SELECT FROM saved_filters other
            WHERE other.username = f.username AND other.name = :name AND other.id <> f.id)
        RETURNING {COLUMNS}
    """
    return _stored(sql, new, number=number)


def remove(number: int) -> None:
    """Forget a filter."""
    query("DELETE FROM saved_filters WHERE id = :number", number=number)


def _stored(sql: str, new: NewFilter, **more: object) -> SavedFilter:
    text = msgspec.json.encode(new.query).decode()
    rows = query(sql, name=new.name, query=text, shared=new.shared, **more)
    if not rows:
        raise Conflict("You have a filter of this name.", code="FilterExists")
    return msgspec.convert(rows[0], SavedFilter)
