"""The inbox without erased conversations: their texts go, and texts that others said too show another's message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters.sql import query
from parlance.domain.facts import fields, message_log
from parlance.domain.turns import lone

if TYPE_CHECKING:
    from parlance.domain.facts import MessageLog

OTHERS = 100
"""Other conversations with the same text that are asked for the latest message: a greeting stands in a million."""

SAID = """
SELECT CAST(md5(data ->> 'text') AS uuid) AS hash, count(*) AS n FROM events
WHERE sender_id = ANY (CAST(:senders AS text[])) AND type = 'user' AND jsonb_typeof(data -> 'text') = 'string'
GROUP BY 1
"""
# In the order in which the event service writes them, so that neither waits for the other in a circle.
HOLD = f"""
WITH said AS ({SAID})
SELECT m.hash FROM message_logs m JOIN said USING (hash) ORDER BY m.hash FOR UPDATE OF m
"""
DROP = f"""
WITH said AS ({SAID}),
     gone AS (DELETE FROM message_logs m USING said WHERE m.hash = said.hash AND m.n_messages <= said.n
              RETURNING m.hash)
SELECT s.sender_id, count(*) AS n FROM gone JOIN seen_texts s USING (hash)
WHERE s.sender_id = ANY (CAST(:senders AS text[])) GROUP BY s.sender_id
"""
LESS = f"""
WITH said AS ({SAID})
UPDATE message_logs m SET n_messages = m.n_messages - said.n FROM said WHERE m.hash = said.hash
"""
ORPHANS = f"""
SELECT m.hash::text, m.text, latest.*
FROM message_logs m
LEFT JOIN LATERAL (
    SELECT e.sender_id, e.id::text, e.data::text AS data
    FROM (SELECT s.sender_id FROM seen_texts s WHERE s.hash = m.hash
          AND s.sender_id <> ALL (CAST(:senders AS text[])) LIMIT {OTHERS}) others
    JOIN events e ON e.sender_id = others.sender_id AND e.type = 'user' AND e.data ->> 'text' = m.text
    ORDER BY e.timestamp DESC, e.id DESC LIMIT 1) latest ON true
WHERE m.sender_id = ANY (CAST(:senders AS text[]))
  AND m.hash IN (SELECT hash FROM seen_texts WHERE sender_id = ANY (CAST(:senders AS text[])))
"""
RETELL = """
UPDATE message_logs m SET
    (time, event_id, sender_id, model, intent, confidence, prediction) =
    (told.time, told.event_id, told.sender_id, told.model, told.intent, told.confidence, told.prediction)
FROM jsonb_to_recordset(CAST(:logs AS jsonb)) AS told (
    hash uuid, time double precision, event_id uuid, sender_id text, model text, intent text,
    confidence double precision, prediction jsonb
)
WHERE m.hash = told.hash
"""


def forget(senders: list[str]) -> dict[str, int]:
    """Take these conversations' messages out of the inbox, before their events go; returns how many texts went."""
    query(HOLD, senders=senders)
    gone = {row["sender_id"]: row["n"] for row in query(DROP, senders=senders)}
    query(LESS, senders=senders)
    orphans = query(ORPHANS, senders=senders)
    lost = [row["hash"] for row in orphans if row["data"] is None]
    told = [_told(row) for row in orphans if row["data"] is not None]
    if lost:
        query("DELETE FROM message_logs WHERE hash = ANY (CAST(:hashes AS uuid[]))", hashes=lost)
    if told:
        query(RETELL, logs=msgspec.json.encode(told).decode())
    return gone


def _told(row: dict[str, Any]) -> MessageLog:
    """Return the inbox's line by another conversation's message."""
    data = msgspec.json.decode(row["data"])
    (event,) = lone({**data, "sender_id": row["sender_id"]}, "", 0).read()
    log = message_log(event, row["text"], row["hash"], fields(data.get("parse_data")))
    return msgspec.structs.replace(log, event_id=row["id"])
