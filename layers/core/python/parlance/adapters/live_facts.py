"""What open screens show of a conversation in their lists: counts and times, no texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.adapters.conversation_filters import visible
from parlance.adapters.sql import query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parlance.domain.conversations import Viewer


def conversations(senders: Sequence[str], viewer: Viewer) -> list[dict[str, Any]]:
    """Return those of these conversations that there are and that the viewer may see."""
    clauses = ["c.sender_id = ANY (CAST(:senders AS text[]))", *visible(viewer)]
    sql = f"""
        SELECT c.sender_id, c.latest_event_time, c.n_events, c.n_user_messages, c.review_status
        FROM conversations c WHERE {" AND ".join(clauses)} ORDER BY c.latest_event_time DESC, c.sender_id
    """
    return query(sql, senders=list(senders), viewer=viewer.username)
