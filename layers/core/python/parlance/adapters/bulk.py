"""One change of many conversations: a statement each, whatever their number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parlance.adapters.conversation_filters import visible
from parlance.adapters.sql import query

if TYPE_CHECKING:
    from parlance.domain.conversations import Viewer

FLAG = """
INSERT INTO message_flags (sender_id, event_id, flagged_by, flagged_at)
SELECT given.sender_id, said.id, :by, extract(epoch FROM now())
FROM unnest(CAST(:senders AS text[])) AS given (sender_id)
CROSS JOIN LATERAL (
    SELECT id FROM events e WHERE e.sender_id = given.sender_id AND e.type = 'user'
    ORDER BY e.timestamp DESC, e.at DESC, e.turn DESC, e.idx DESC LIMIT 1) said
ON CONFLICT DO NOTHING
"""


def meant(senders: list[str], viewer: Viewer) -> list[str]:
    """Return which of these there are that the viewer may see, and hold them: none is erased meanwhile."""
    clauses = ["c.sender_id = ANY (CAST(:senders AS text[]))", *visible(viewer)]
    sql = f"SELECT c.sender_id FROM conversations c WHERE {' AND '.join(clauses)} ORDER BY c.sender_id FOR SHARE"
    return [row["sender_id"] for row in query(sql, senders=senders, viewer=viewer.username)]


def set_review_status(senders: list[str], status: str) -> None:
    """Store the review status of all."""
    sql = "UPDATE conversations SET review_status = :status WHERE sender_id = ANY (CAST(:senders AS text[]))"
    query(sql, senders=senders, status=status)


def unassign(senders: list[str], tags: list[int]) -> None:
    """Take tags off all; one that is not there is no mistake."""
    sql = """
        DELETE FROM conversation_tags
        WHERE sender_id = ANY (CAST(:senders AS text[])) AND tag_id = ANY (CAST(:tags AS int[]))
    """
    query(sql, senders=senders, tags=tags)


def flag(senders: list[str], by: str) -> None:
    """Flag the latest message of the user in each."""
    query(FLAG, senders=senders, by=by)


def unflag(senders: list[str]) -> None:
    """Take all flags off."""
    query("DELETE FROM message_flags WHERE sender_id = ANY (CAST(:senders AS text[]))", senders=senders)
