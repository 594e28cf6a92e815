"""Conversations in PostgreSQL: one statement a list, one for a conversation's events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from parlance.adapters.conversation_filters import conditions, visible
from parlance.adapters.sql import query
from parlance.domain.conversations import COUNTED, LARGEST_PAGE

if TYPE_CHECKING:
    from parlance.domain.conversations import Cursor, Filter, Listing, Viewer

SORT_KEYS = {
    "time": "c.latest_event_time",
    "confidence": "coalesce(c.minimum_action_confidence, 2)",  # without any prediction: last
}

COLUMNS = """
       page.sender_id, page.sender_name, page.latest_event_time,
       coalesce(page.latest_input_channel, 'rasa') AS latest_input_channel,
       page.minimum_action_confidence, page.maximum_action_confidence,
       page.minimum_intent_confidence, page.maximum_intent_confidence,
       page.n_events, page.n_user_messages, page.n_bot_messages, page.review_status, page.interactive, page.created_by,
       names.*, tagged.*, flagged.*, corrected.*, trained.*, latest.latest_user_message
"""
BESIDE = """
FROM page
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(value ORDER BY value) FILTER (WHERE kind = 'intent'), '{}') AS intents,
           coalesce(array_agg(value ORDER BY value) FILTER (WHERE kind = 'action'), '{}') AS actions,
           coalesce(array_agg(value ORDER BY value) FILTER (WHERE kind = 'policy'), '{}') AS policies,
           coalesce(array_agg(value ORDER BY value) FILTER (WHERE kind = 'entity'), '{}') AS entities,
           coalesce(array_agg(value ORDER BY value) FILTER (WHERE kind = 'model'), '{}') AS models
    FROM seen_names s CROSS JOIN unnest(s.names) AS name
    CROSS JOIN LATERAL (SELECT split_part(name, ':', 1) AS kind, substr(name, strpos(name, ':') + 1) AS value) AS told
    WHERE s.sender_id = page.sender_id) names
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(tag_id ORDER BY tag_id), '{}') AS tags
    FROM conversation_tags s WHERE s.sender_id = page.sender_id) tagged
CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS has_flagged_messages
    FROM message_flags s WHERE s.sender_id = page.sender_id) flagged
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_agg(jsonb_build_object('message_timestamp', timestamp, 'intent', intent) ORDER BY timestamp),
                    '[]') AS corrected_messages
    FROM message_corrections s WHERE s.sender_id = page.sender_id) corrected
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(is_memoized), false) AS in_training_data
    FROM conversation_sessions s WHERE s.sender_id = page.sender_id) trained
LEFT JOIN LATERAL (
    SELECT data ->> 'text' AS latest_user_message FROM events s WHERE s.sender_id = page.sender_id AND type = 'user'
    ORDER BY timestamp DESC, at DESC, turn DESC, idx DESC LIMIT 1) latest ON true
"""

_EVENT = """
SELECT e.sender_id, (e.data || jsonb_build_object(
            'is_flagged', f.event_id IS NOT NULL,
            'metadata',
            CASE WHEN jsonb_typeof(e.data -> 'metadata') = 'object' THEN e.data -> 'metadata' ELSE '{}' END
            || jsonb_strip_nulls(jsonb_build_object(
                'rasa_x_id', e.id, 'rasa_x_flagged', f.event_id IS NOT NULL,
                'parlance_turn', e.turn, 'parlance_index', e.idx, 'parlance_overlap', t.overlap,
                'parlance_corrected_intent', m.intent))
       ))::text AS event
FROM events e
LEFT JOIN message_flags f ON f.sender_id = e.sender_id AND f.event_id = e.id
LEFT JOIN message_corrections m ON m.sender_id = e.sender_id AND m.event_id = e.id
LEFT JOIN turns t ON t.sender_id = e.sender_id AND t.turn = e.turn
"""
_IN_ORDER = "e.at, e.turn, e.idx, e.timestamp, e.id"
EVENTS = f"""
{_EVENT} WHERE e.sender_id = :sender_id AND (CAST(:until AS float8) IS NULL OR e.timestamp <= :until)
ORDER BY {_IN_ORDER}
"""
EVENTS_OF_MANY = f"""
{_EVENT} WHERE e.sender_id = ANY (CAST(:senders AS text[])) ORDER BY e.sender_id, {_IN_ORDER}
"""


class Found(NamedTuple):
    """A conversation object as JSON, and its place in the order."""

    sender_id: str
    sort_key: float
    item: bytes


def find_page(listing: Listing, viewer: Viewer, after: Cursor | None) -> list[Found]:
    """Return one page of conversation objects."""
    clauses, values = conditions(listing, viewer, listing.offset + listing.limit)
    key, direction, beyond = SORT_KEYS[listing.by], *(("ASC", ">") if listing.ascending else ("DESC", "<"))
    if after:
        clauses.append(f"({key}, c.sender_id) {beyond} (:after_value, :after_id)")
        values |= {"after_value": after.value, "after_id": after.sender_id}
    sql = f"""
        WITH page AS (
            SELECT c.*, {key} AS sort_key FROM conversations c {_where(clauses)}
            ORDER BY {key} {direction}, c.sender_id {direction} LIMIT :limit OFFSET :offset
        )
        SELECT page.sender_id, page.sort_key, (SELECT row_to_json(one)::text FROM (SELECT {COLUMNS}) one) AS item
        {BESIDE} ORDER BY page.sort_key {direction}, page.sender_id {direction}
    """
    rows = query(sql, **values, limit=min(listing.limit, LARGEST_PAGE), offset=listing.offset)
    return [Found(row["sender_id"], row["sort_key"], row["item"].encode()) for row in rows]


def count(wanted: Filter, viewer: Viewer) -> int:
    """Return how many there are, counting no further than one beyond COUNTED."""
    clauses, values = conditions(wanted, viewer, COUNTED)
    sql = f"SELECT count(*) AS n FROM (SELECT FROM conversations c {_where(clauses)} LIMIT {COUNTED + 1}) counted"
    return int(query(sql, **values)[0]["n"])


def find(sender_id: str, viewer: Viewer) -> dict[str, Any] | None:
    """Return one conversation object, if the viewer may see it."""
    clauses = ["c.sender_id = :sender_id", *visible(viewer)]
    sql = f"WITH page AS (SELECT c.* FROM conversations c {_where(clauses)}) SELECT {COLUMNS} {BESIDE}"
    rows = query(sql, sender_id=sender_id, viewer=viewer.username)
    return rows[0] if rows else None


def is_visible(sender_id: str, viewer: Viewer) -> bool | None:
    """Tell whether the viewer may see it; None when it does not exist."""
    allowed = " AND ".join(visible(viewer)) or "true"
    sql = f"SELECT coalesce({allowed}, false) AS allowed FROM conversations c WHERE c.sender_id = :sender_id"
    rows = query(sql, sender_id=sender_id, viewer=viewer.username)
    return bool(rows[0]["allowed"]) if rows else None


def find_events(sender_id: str, *, until: float | None = None) -> list[str]:
    """Return a conversation's events in order, each as JSON text with the workbench's own metadata in it."""
    return [row["event"] for row in query(EVENTS, sender_id=sender_id, until=until)]


def find_events_of(senders: list[str]) -> dict[str, list[str]]:
    """Return the events of several conversations, as `find_events` does."""
    found: dict[str, list[str]] = {sender: [] for sender in senders}
    for row in query(EVENTS_OF_MANY, senders=senders):
        found[row["sender_id"]].append(row["event"])
    return found


def set_review_status(sender_id: str, status: str) -> None:
    """Store the review status."""
    query(
        "UPDATE conversations SET review_status = :status WHERE sender_id = :sender_id",
        sender_id=sender_id,
        status=status,
    )


def original_events(sender_id: str, *, until: float | None = None) -> list[dict[str, Any]]:
    """Return a conversation's events in order as Rasa told them, up to and including `until` (unix seconds)."""
    sql = f"""
        SELECT e.data FROM events e
        WHERE e.sender_id = :sender_id AND (CAST(:until AS float8) IS NULL OR e.timestamp <= :until)
        ORDER BY {_IN_ORDER}
    """
    return [row["data"] for row in query(sql, sender_id=sender_id, until=until)]


def claim(sender_id: str, username: str, *, interactive: bool = False) -> None:
    """Note who started a conversation, unless that is known; its events may come before or after."""
    sql = """
        INSERT INTO conversations (sender_id, created_by, interactive) VALUES (:sender_id, :username, :interactive)
        ON CONFLICT (sender_id) DO UPDATE SET created_by = coalesce(conversations.created_by, excluded.created_by),
            interactive = conversations.interactive OR excluded.interactive
    """
    query(sql, sender_id=sender_id, username=username, interactive=interactive)


def _where(clauses: list[str]) -> str:
    return "WHERE " + " AND ".join(clauses) if clauses else ""
