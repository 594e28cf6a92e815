"""The message log as an inbox in PostgreSQL: one statement a list, paged by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.adapters.conversation_filters import contains
from parlance.adapters.sql import query
from parlance.domain.conversations import COUNTED, LARGEST_PAGE
from parlance.domain.inbox import UNDOUBTED

if TYPE_CHECKING:
    from parlance.domain.inbox import InboxCursor, InboxListing

SORT_KEYS = {"id": "CAST(0 AS float8)", "time": "m.time", "confidence": f"coalesce(m.confidence, {UNDOUBTED:.0f})"}
UNTRAINED = "NOT m.in_training_data AND NOT EXISTS (SELECT FROM training_texts t WHERE t.hash = m.hash)"
# The model that understood a message: by name where its id is known here, as the event has it where not; of an event
# that says nothing (Rasa 1 and 2) the one in service now, or the newest.
MODEL = """
    coalesce(
        (SELECT own.name FROM models AS own WHERE own.model_id = m.model AND m.model <> '' LIMIT 1),
        m.model,
        (SELECT served.model FROM model_tags AS served WHERE served.tag = 'production'),
        (SELECT newest.name FROM models AS newest ORDER BY newest.trained_at DESC, newest.name DESC LIMIT 1)
    ) AS model
"""
COLUMNS = f"""
    replace(m.hash::text, '-', '') AS hash, m.text, m.n_messages, m.time, m.event_id::text, m.sender_id, {MODEL},
    m.intent, m.confidence, m.prediction
"""
ADD = """
INSERT INTO message_logs AS known
    (hash, text, n_messages, time, event_id, sender_id, model, intent, confidence, prediction)
VALUES (CAST(:hash AS uuid), :text, 0, extract(epoch FROM now()), CAST(:hash AS uuid), '', :model, :intent, :confidence,
        CAST(:prediction AS jsonb))
ON CONFLICT (hash) DO UPDATE SET
    time = excluded.time, model = excluded.model, intent = excluded.intent, confidence = excluded.confidence,
    prediction = excluded.prediction, archived = false
"""  # fmt: skip

REPREDICT = """
UPDATE message_logs AS known
SET model = given.model, intent = given.intent, confidence = given.confidence, prediction = given.prediction
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
    AS given (hash uuid, model text, intent text, confidence float8, prediction jsonb)
WHERE known.hash = given.hash AND NOT known.archived
"""


def find_page(listing: InboxListing, after: InboxCursor | None) -> list[dict[str, Any]]:
    """Return one page of rows, each with its `sort_key`."""
    clauses, values = _conditions(listing)
    key, direction, beyond = SORT_KEYS[listing.sort_by], *(("ASC", ">") if listing.ascending else ("DESC", "<"))
    if after:
        clauses.append(f"({key}, m.hash) {beyond} (:after_value, CAST(:after_hash AS uuid))")
        values |= {"after_value": after.value, "after_hash": after.hash}
    sql = f"""
        SELECT {COLUMNS}, {key} AS sort_key FROM message_logs m WHERE {" AND ".join(clauses)}
        ORDER BY {key} {direction}, m.hash {direction} LIMIT :limit OFFSET :offset
    """
    return query(sql, **values, limit=min(listing.limit, LARGEST_PAGE), offset=listing.offset)


def count(listing: InboxListing) -> int:
    """Return how many there are, counting no further than one beyond COUNTED."""
    clauses, values = _conditions(listing)
    sql = f"SELECT FROM message_logs m WHERE {' AND '.join(clauses)} LIMIT {COUNTED + 1}"
    return int(query(f"SELECT count(*) AS n FROM ({sql}) AS counted", **values)[0]["n"])


def find(prefix: str) -> dict[str, Any] | None:
    """Return the row whose hash begins so, archived or not."""
    first, last = prefix.ljust(32, "0"), prefix.ljust(32, "f")
    sql = f"""SELECT {COLUMNS} FROM message_logs m
              WHERE m.hash BETWEEN CAST(:first AS uuid) AND CAST(:last AS uuid) LIMIT 1"""
    rows = query(sql, first=first, last=last)
    return rows[0] if rows else None


def archive(prefix: str) -> bool:
    """Take a message out of the inbox; whether it was there."""
    first, last = prefix.ljust(32, "0"), prefix.ljust(32, "f")
    sql = """UPDATE message_logs SET archived = true
             WHERE NOT archived AND hash BETWEEN CAST(:first AS uuid) AND CAST(:last AS uuid) RETURNING 1"""
    return bool(query(sql, first=first, last=last))


def add(row: dict[str, Any]) -> None:
    """Put a text into the inbox that somebody typed there, or give a known one its newest prediction."""
    query(ADD, **row)


def newest_texts(most: int) -> list[str]:
    """Return the texts that are in the inbox now, the newest first."""
    sql = f"SELECT m.text FROM message_logs m WHERE NOT m.archived AND {UNTRAINED} ORDER BY m.time DESC LIMIT :most"
    return [row["text"] for row in query(sql, most=most)]


def repredict(rows: str) -> None:
    """Give messages new predictions, by one statement; `rows` is JSON with hash, model, intent, confidence, prediction.

    What has left the inbox stays as it is.
    """
    query(REPREDICT, rows=rows)


def _conditions(listing: InboxListing) -> tuple[list[str], dict[str, Any]]:
    clauses, values = ["NOT m.archived"], dict[str, Any]()
    if listing.exclude_training_data:
        clauses.append(UNTRAINED)
    if listing.q:
        clauses.append("trigrams(m.text) @> trigrams(:piece) AND m.text ILIKE :q")
        values |= {"piece": listing.q, "q": contains(listing.q)}
    if listing.intent:
        clauses.append("m.intent = ANY (CAST(:intent AS text[]))")
        values["intent"] = list(listing.intent)
    return clauses, values
