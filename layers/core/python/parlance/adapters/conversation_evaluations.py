"""What Rasa said when conversations were evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from parlance.adapters.conversation_filters import visible
from parlance.adapters.sql import DAY, query

if TYPE_CHECKING:
    from parlance.domain.conversations import Viewer

MOST = 1000
"""Results in a list; conversations in one job."""
WAITING = """
    FROM conversations c LEFT JOIN conversation_evaluations e USING (sender_id)
    WHERE c.n_user_messages > 0 AND (e.evaluated_at IS NULL OR e.evaluated_at < c.latest_event_time)
"""

LAST_SESSIONS = f"""
    WITH asked AS (
        SELECT c.sender_id, c.latest_event_time, begun.at FROM conversations c LEFT JOIN LATERAL (
            SELECT s.at FROM events s
            WHERE s.sender_id = c.sender_id AND s.type = 'action' AND s.data ->> 'name' = 'action_session_start'
            ORDER BY s.timestamp DESC, s.at DESC, s.turn DESC, s.idx DESC LIMIT 1) begun ON true
        WHERE c.sender_id = ANY (CAST(:senders AS text[]))
    ), told AS (
        SELECT e.sender_id, asked.latest_event_time, bare.event, row_number() OVER in_order AS place,
               sum(octet_length(bare.event)) OVER in_order AS size
        FROM asked JOIN events e ON e.sender_id = asked.sender_id AND e.at >= coalesce(asked.at, '-Infinity')
             AND e.timestamp >= coalesce(asked.at, '-Infinity') - {DAY}
        CROSS JOIN LATERAL (SELECT jsonb_build_object(
            'event', e.type, 'timestamp', e.timestamp, 'name', e.data -> 'name',
            'value', CASE WHEN e.type = 'slot' THEN e.data -> 'value' END,
            'parse_data', CASE WHEN e.type = 'user' THEN jsonb_build_object(
                'intent', jsonb_build_object('name', e.data #> '{{parse_data,intent,name}}'),
                'entities', e.data #> '{{parse_data,entities}}') END)::text AS event) bare
        WINDOW in_order AS (PARTITION BY e.sender_id ORDER BY e.at, e.turn, e.idx, e.timestamp, e.id)
    )
    SELECT sender_id, latest_event_time, CASE WHEN size <= :most THEN event END AS event
    FROM told WHERE size - octet_length(event) <= :most ORDER BY sender_id, place
"""
"""What a story needs of the events, and one row without an event where there are more bytes of them than asked for."""


class LastSession(NamedTuple):
    """The end of a conversation: its events without texts, and when the last of all came."""

    events: list[str]
    at: float
    is_whole: bool


def last_sessions(senders: list[str], *, most: int) -> dict[str, LastSession]:
    """Return the last session of each conversation, of which no more than `most` bytes are read."""
    found: dict[str, LastSession] = {}
    for row in query(LAST_SESSIONS, senders=senders, most=most):
        known = found.setdefault(row["sender_id"], LastSession([], row["latest_event_time"], is_whole=True))
        if row["event"] is None:
            found[row["sender_id"]] = known._replace(is_whole=False)
        else:
            known.events.append(row["event"])
    return found


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
