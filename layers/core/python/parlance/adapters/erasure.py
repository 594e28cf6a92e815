"""Erasing conversations from the workbench's database, many at once, and the tombstones that keep them away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters.conversation_filters import visible
from parlance.adapters.sql import query
from parlance.domain.erasure import Tombstone

if TYPE_CHECKING:
    from parlance.domain.conversations import Viewer
    from parlance.domain.erasure import ReceiptFilter

TABLES = {
    "events": "events",
    "turns": "turns",
    "sessions": "conversation_sessions",
    "slots": "seen_slots",
    "texts": "seen_texts",
    "flags": "message_flags",
    "corrections": "message_corrections",
    "tags": "conversation_tags",
    "evaluations": "conversation_evaluations",
}

MEANT = """
SELECT c.sender_id FROM conversations c WHERE c.sender_id = ANY (CAST(:senders AS text[])) AND {allowed}
UNION
SELECT e.sender_id FROM erased_conversations e
WHERE e.sender_id = ANY (CAST(:senders AS text[])) AND NOT e.completed AND ({all} OR e.erased_by = :viewer)
ORDER BY 1
"""
# Also where there is no row: a consumer that is making one waits, and sees the tombstone then.
ENSURE = """
INSERT INTO conversations (sender_id)
SELECT sender_id FROM unnest(CAST(:senders AS text[])) AS given (sender_id) ORDER BY 1 ON CONFLICT DO NOTHING
"""
HOLD = """
SELECT sender_id FROM conversations WHERE sender_id = ANY (CAST(:senders AS text[])) ORDER BY sender_id FOR UPDATE
"""
# A second call finds nothing in the tables and must not forget what the first one removed.
BURY = """
INSERT INTO erased_conversations AS known (sender_id, until, erased_at, erased_by, receipt)
SELECT given.sender_id, greatest(:now, given.until, c.latest_event_time), :now, :by, '{}'
FROM jsonb_to_recordset(CAST(:given AS jsonb)) AS given (sender_id text, until double precision)
LEFT JOIN conversations c USING (sender_id)
ORDER BY sender_id
ON CONFLICT (sender_id) DO UPDATE SET
    until = greatest(known.until, excluded.until), erased_at = excluded.erased_at, erased_by = excluded.erased_by,
    receipt = CASE WHEN known.completed THEN '{}' ELSE known.receipt END, completed = false, settled = false
"""
# Adds up: a part that was removed in two tries counts both.
NOTE = """
UPDATE erased_conversations known SET
    receipt = coalesce((
        SELECT jsonb_object_agg(part, total) FROM (
            SELECT part, sum(n) AS total FROM (
                SELECT key AS part, CAST(value AS bigint) AS n FROM jsonb_each_text(known.receipt)
                UNION ALL SELECT key, CAST(value AS bigint) FROM jsonb_each_text(given.removed)
            ) both_tries GROUP BY part ORDER BY part) summed), '{}'),
    completed = known.completed OR :completed, settled = known.settled OR :settled
FROM jsonb_to_recordset(CAST(:given AS jsonb)) AS given (sender_id text, removed jsonb)
WHERE known.sender_id = given.sender_id
"""
# The counts are held by whoever stores a conversation's first names: in the order of the event service, and like there
# after all else.
FORGET_NAMES = """
WITH gone AS (DELETE FROM seen_names WHERE sender_id = ANY (CAST(:senders AS text[])) RETURNING sender_id, names),
     less AS (
    INSERT INTO name_counts AS known (name, n_conversations)
    SELECT name COLLATE "C", -count(*) FROM gone CROSS JOIN unnest(names) AS name GROUP BY 1 ORDER BY 1
    ON CONFLICT (name) DO UPDATE SET n_conversations = known.n_conversations + excluded.n_conversations
)
SELECT sender_id, cardinality(names) AS n FROM gone
"""
STONES = """
SELECT sender_id, until, erased_at, erased_by, completed, receipt FROM erased_conversations
"""


def meant(senders: list[str], viewer: Viewer) -> list[str]:
    """Return which of these the viewer may erase: those that are visible, and those whose erasure was cut short."""
    allowed = " AND ".join(visible(viewer)) or "true"
    sql = MEANT.format(allowed=allowed, all="true" if viewer.sees_all else "false")
    return [row["sender_id"] for row in query(sql, senders=senders, viewer=viewer.username)]


def bury(until: dict[str, float], *, by: str, now: float) -> None:
    """Lock the conversations' rows and put up their tombstones; nothing of them is stored from here on."""
    query(ENSURE, senders=sorted(until))
    query(HOLD, senders=sorted(until))
    query(BURY, given=_rows(until, "until"), by=by, now=now)


def remove(senders: list[str]) -> dict[str, dict[str, int]]:
    """Remove their rows from every table; returns for each conversation how many went, by part."""
    removed: dict[str, dict[str, int]] = {sender: {} for sender in senders}
    for part, table in TABLES.items():
        sql = f"""
            WITH gone AS (DELETE FROM {table} WHERE sender_id = ANY (CAST(:senders AS text[])) RETURNING sender_id)
            SELECT sender_id, count(*) AS n FROM gone GROUP BY sender_id
        """
        for row in query(sql, senders=senders):
            removed[row["sender_id"]][part] = row["n"]
    for row in query(FORGET_NAMES, senders=senders):
        removed[row["sender_id"]]["names"] = row["n"]
    query("DELETE FROM name_counts WHERE n_conversations <= 0")
    # the last: who waits for its lock must find everything else gone
    query("DELETE FROM conversations WHERE sender_id = ANY (CAST(:senders AS text[]))", senders=senders)
    return removed


def note(removed: dict[str, dict[str, int]], *, completed: bool = False, settled: bool = False) -> None:
    """Add to the receipts what was removed; `completed` when that was the last part."""
    query(NOTE, given=_rows(removed, "removed"), completed=completed, settled=settled)


def stones(senders: list[str]) -> list[Tombstone]:
    """Return the tombstones of these conversations."""
    sql = f"{STONES} WHERE sender_id = ANY (CAST(:senders AS text[])) ORDER BY sender_id"
    return [msgspec.convert(row, Tombstone) for row in query(sql, senders=senders)]


def unsettled(most: int) -> list[Tombstone]:
    """Return some erasures that were cut short, or that must be looked after once more."""
    sql = f"{STONES} WHERE NOT settled ORDER BY erased_at LIMIT :most"
    return [msgspec.convert(row, Tombstone) for row in query(sql, most=most)]


def page(wanted: ReceiptFilter) -> tuple[list[Tombstone], int]:
    """Return some tombstones, the newest first, and how many there are."""
    sql = f"{STONES} ORDER BY erased_at DESC, sender_id LIMIT :limit OFFSET :offset"
    rows = query(sql, limit=wanted.limit, offset=wanted.offset)
    total = query("SELECT count(*) AS n FROM erased_conversations")[0]["n"]
    return [msgspec.convert(row, Tombstone) for row in rows], int(total)


def _rows(values: dict[str, Any], field: str) -> str:
    return msgspec.json.encode([{"sender_id": sender, field: value} for sender, value in values.items()]).decode()
