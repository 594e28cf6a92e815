"""Reading which models users spoke to in conversations that were stored before models had names for the filter."""

from __future__ import annotations

import msgspec

from parlance.adapters.event_sql import SEE_NAMES
from parlance.adapters.sql import query, transaction

# Whoever else reads is ahead: nothing to do here.
PLACE = "SELECT read_upto FROM unread_models FOR UPDATE SKIP LOCKED"
NEXT = "SELECT sender_id FROM conversations WHERE sender_id > :read_upto ORDER BY sender_id LIMIT :most"
# In the order in which the event service and whoever erases hold them. Who erases one has either committed when it is
# ours, and it is not here any more, or waits for us and deletes what we stored.
HOLD = """
SELECT sender_id FROM conversations WHERE sender_id = ANY (CAST(:senders AS text[])) ORDER BY sender_id FOR UPDATE
"""
NAMES = """
SELECT sender_id, array_agg(DISTINCT ('model:' || left(data #>> '{metadata,model_id}', 255)) COLLATE "C") AS names
FROM events
WHERE sender_id = ANY (CAST(:senders AS text[])) AND type = 'user'
    AND jsonb_typeof(data #> '{metadata,model_id}') = 'string' AND data #>> '{metadata,model_id}' <> ''
GROUP BY sender_id
"""


def read_next(most: int) -> int:
    """Store the models of at most so many conversations, the next ones; returns how many were read, 0 at the end."""
    with transaction():
        place = query(PLACE)
        if not place:
            return 0
        senders = [row["sender_id"] for row in query(NEXT, read_upto=place[0]["read_upto"], most=most)]
        if not senders:
            query("DELETE FROM unread_models")
            return 0
        named = query(NAMES, senders=[row["sender_id"] for row in query(HOLD, senders=senders)])
        query(SEE_NAMES, rows=msgspec.json.encode(named).decode())
        query("UPDATE unread_models SET read_upto = :read_upto", read_upto=senders[-1])
        return len(senders)
