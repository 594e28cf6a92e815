"""What people add to conversations: tags, flags, corrected intents."""

from __future__ import annotations

import time
from typing import Any

from parlance.adapters.sql import query, transaction
from parlance.domain.errors import NotFound

SHOWN = 1000
"""Conversations listed for one tag; `count` says how many there are."""

TAGS = f"""
SELECT t.id, t.value, t.color, used.conversations, used.count
FROM tags t CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(sender_id ORDER BY sender_id) FILTER (WHERE place <= {SHOWN}), '{{}}') AS conversations,
           count(*) AS count
    FROM (SELECT sender_id, row_number() OVER (ORDER BY sender_id) AS place
          FROM conversation_tags WHERE tag_id = t.id) s) used
"""


def message_at(sender_id: str, timestamp: float) -> dict[str, Any] | None:
    """Return `id`, `type`, `text` and `entities` of the message (of user, bot or agent) with exactly this timestamp."""
    sql = """
        SELECT id::text, type, data ->> 'text' AS text, data #> '{parse_data,entities}' AS entities
        FROM events WHERE sender_id = :sender_id AND timestamp = :timestamp
          AND type IN ('user', 'bot', 'agent') ORDER BY at, turn, idx LIMIT 1
    """
    rows = query(sql, sender_id=sender_id, timestamp=timestamp)
    return rows[0] if rows else None


def flag(sender_id: str, event: str, by: str) -> None:
    """Flag a message; a flagged one stays as it is."""
    sql = """
        INSERT INTO message_flags (sender_id, event_id, flagged_by, flagged_at)
        VALUES (:sender_id, CAST(:event AS uuid), :by, :now) ON CONFLICT DO NOTHING
    """
    query(sql, sender_id=sender_id, event=event, by=by, now=time.time())


def unflag(sender_id: str, event: str) -> None:
    """Take the flag off."""
    sql = "DELETE FROM message_flags WHERE sender_id = :sender_id AND event_id = CAST(:event AS uuid)"
    query(sql, sender_id=sender_id, event=event)


def correct(sender_id: str, event: str, correction: dict[str, Any]) -> None:
    """Store the right intent of a message, in the place of an earlier correction.

    `correction` has its `timestamp`, the `intent`, `by` whom, and whether a training example was made of it.
    """
    sql = """
        INSERT INTO message_corrections AS known
            (sender_id, event_id, timestamp, intent, corrected_by, corrected_at, made_example)
        VALUES (:sender_id, CAST(:event AS uuid), :timestamp, :intent, :by, :now, :made_example)
        ON CONFLICT (sender_id, event_id) DO UPDATE SET intent = excluded.intent,
            corrected_by = excluded.corrected_by, corrected_at = excluded.corrected_at,
            made_example = known.made_example OR excluded.made_example
    """
    query(sql, sender_id=sender_id, event=event, now=time.time(), **correction)


def uncorrect(sender_id: str, event: str) -> dict[str, Any] | None:
    """Forget the correction and return it (`intent`, `made_example`), if there was one."""
    sql = """
        DELETE FROM message_corrections WHERE sender_id = :sender_id AND event_id = CAST(:event AS uuid)
        RETURNING intent, made_example
    """
    rows = query(sql, sender_id=sender_id, event=event)
    return rows[0] if rows else None


def all_tags() -> list[dict[str, Any]]:
    """Return every tag with its conversations."""
    return query(f"{TAGS} ORDER BY t.value LIMIT {SHOWN}")


def tags_of(sender_id: str) -> list[dict[str, Any]]:
    """Return a conversation's tags."""
    sql = f"{TAGS} JOIN conversation_tags c ON c.tag_id = t.id WHERE c.sender_id = :sender_id ORDER BY t.value"
    return query(sql, sender_id=sender_id)


def assign(senders: list[str], ids: list[int], new: dict[str, str]) -> None:
    """Give conversations tags by id, and by value with a colour (made where missing); raises NotFound for an id."""
    with transaction() as run:
        known = {row["id"] for row in run("SELECT id FROM tags WHERE id = ANY (CAST(:ids AS int[]))", ids=ids)}
        if set(ids) - known:
            raise NotFound("No such tag.", code="TagNotFound")
        made = run(
            """
            INSERT INTO tags (value, color)
            SELECT * FROM unnest(CAST(:values AS text[]), CAST(:colors AS text[])) AS wanted (value, color) ORDER BY 1
            ON CONFLICT (value) DO UPDATE SET value = excluded.value RETURNING id
            """,
            values=list(new),
            colors=list(new.values()),
        )
        run(
            """
            INSERT INTO conversation_tags (sender_id, tag_id)
            SELECT sender_id, tag_id FROM unnest(CAST(:senders AS text[])) AS given (sender_id)
            CROSS JOIN unnest(CAST(:ids AS int[])) AS wanted (tag_id) ORDER BY 1, 2
            ON CONFLICT DO NOTHING
            """,
            senders=senders,
            ids=sorted(known | {row["id"] for row in made}),
        )


def unassign(sender_id: str, tag: int) -> bool:
    """Take a tag off a conversation; False when it had none such."""
    sql = "DELETE FROM conversation_tags WHERE sender_id = :sender_id AND tag_id = :tag RETURNING tag_id"
    return bool(query(sql, sender_id=sender_id, tag=tag))


def delete_tag(tag: int) -> bool:
    """Delete a tag everywhere; False when there is none such."""
    return bool(query("DELETE FROM tags WHERE id = :tag RETURNING id", tag=tag))
