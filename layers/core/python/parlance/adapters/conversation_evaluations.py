"""What Rasa said when conversations were evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters.conversation_filters import visible
from parlance.adapters.sql import query

if TYPE_CHECKING:
    from parlance.domain.conversations import Viewer

MOST = 1000
"""Results in a list; conversations in one job."""
WAITING = """
    FROM conversations c LEFT JOIN conversation_evaluations e USING (sender_id)
    WHERE c.n_user_messages > 0 AND (e.evaluated_at IS NULL OR e.evaluated_at < c.latest_event_time)
"""


def keep(sender_id: str, result: dict[str, Any], at: float) -> None:
    """Store the result of a conversation as it was at a time, in the place of an older one.

    Nothing is stored of a conversation that was erased meanwhile.
    """
    sql = """
        INSERT INTO conversation_evaluations (sender_id, result, evaluated_at)
        SELECT sender_id, CAST(:result AS jsonb), :at FROM conversations
        WHERE sender_id = :sender_id FOR SHARE
        ON CONFLICT (sender_id) DO UPDATE SET result = excluded.result, evaluated_at = excluded.evaluated_at
        WHERE conversation_evaluations.evaluated_at <= excluded.evaluated_at
    """
    query(sql, sender_id=sender_id, result=msgspec.json.encode(result).decode(), at=at)


def find(sender_id: str) -> dict[str, Any] | None:
    """Return a conversation's result."""
    rows = query("SELECT result FROM conversation_evaluations WHERE sender_id = :sender_id", sender_id=sender_id)
    return dict(rows[0]["result"]) if rows else None


def remove(sender_id: str) -> bool:
    """Forget a result; False when there was none."""
    sql = "DELETE FROM conversation_evaluations WHERE sender_id = :sender_id RETURNING sender_id"
    return bool(query(sql, sender_id=sender_id))


def all_results() -> list[dict[str, Any]]:
    """Return the newest results, each as `{sender_id: result}`."""
    sql = f"SELECT sender_id, result FROM conversation_evaluations ORDER BY evaluated_at DESC, sender_id LIMIT {MOST}"
    return [{row["sender_id"]: row["result"]} for row in query(sql)]


def waiting(viewer: Viewer) -> list[str]:
    """Return conversations that went on since they were evaluated, or never were: at most MOST."""
    clauses = "".join(f" AND {clause}" for clause in visible(viewer))
    rows = query(f"SELECT c.sender_id {WAITING}{clauses} ORDER BY 1 LIMIT {MOST}", viewer=viewer.username)
    return [row["sender_id"] for row in rows]
