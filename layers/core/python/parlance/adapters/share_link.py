"""The one share link in PostgreSQL."""

from __future__ import annotations

from typing import Any

from parlance.adapters.sql import query

COLUMNS = "id::text AS id, chat_token, bot_name, description, expires_at"


def find() -> dict[str, Any] | None:
    """Return the link, expired or not."""
    rows = query(f"SELECT {COLUMNS} FROM share_link")
    return rows[0] if rows else None


def put(new_token: str, bot_name: str, description: str, *, expires_at: float) -> dict[str, Any]:
    """Make the link, or renew the one that is there, which keeps its token."""
    sql = f"""
        INSERT INTO share_link (chat_token, bot_name, description, expires_at)
        VALUES (:new_token, :bot_name, :description, :expires_at)
        ON CONFLICT (single) DO UPDATE SET bot_name = excluded.bot_name, description = excluded.description,
                                         expires_at = excluded.expires_at
        RETURNING {COLUMNS}
    """
    return query(sql, new_token=new_token, bot_name=bot_name, description=description, expires_at=expires_at)[0]


def remove() -> bool:
    """Delete the link; False when there is none."""
    return bool(query("DELETE FROM share_link RETURNING id"))


def is_live(link_id: str) -> bool:
    """Tell whether this is the link of today and has not expired."""
    sql = "SELECT 1 AS live FROM share_link WHERE id::text = :id AND expires_at > extract(epoch FROM now())"
    return bool(query(sql, id=link_id))
