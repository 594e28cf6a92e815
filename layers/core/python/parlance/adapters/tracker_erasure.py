"""Erasing conversations from Rasa's tracker database: its events, and what our plugin keeps beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parlance.adapters.tracker_archive import database, encode, has_table, in_schemas
from parlance.settings import settings

if TYPE_CHECKING:
    from parlance.adapters.native import Run

ALL = 1e300
"""As a time: whenever it began."""

_CHOSEN = "IN (SELECT jsonb_array_elements_text(CAST(:senders AS jsonb)))"
LATEST = f'SELECT sender_id, max("timestamp") FROM events WHERE sender_id {_CHOSEN} GROUP BY sender_id'
# The lock under which the tracker store commits a turn.
LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended(sender_id, 0)) FROM (
    SELECT jsonb_array_elements_text(CAST(:senders AS jsonb)) AS sender_id ORDER BY 1) AS given
"""
_GIVEN = """given AS (
    SELECT key AS sender_id, CAST(value AS double precision) AS until FROM jsonb_each_text(CAST(:until AS jsonb))
)"""
_COUNTED = "SELECT sender_id, count(*) FROM gone GROUP BY sender_id"
# A turn goes whole when it began in time, as the event service drops it whole.
EVENTS_OF_TURNS = f"""
WITH {_GIVEN}, doomed AS (
    SELECT turn.* FROM parlance_turns AS turn JOIN given USING (sender_id)
    LEFT JOIN events AS first ON first.id = turn.first_event_id
    WHERE coalesce(first."timestamp", 0) <= given.until
), gone AS (
    DELETE FROM events AS event USING doomed
    WHERE event.sender_id = doomed.sender_id AND event.id BETWEEN doomed.first_event_id AND doomed.last_event_id
    RETURNING event.sender_id
), emptied AS (
    DELETE FROM parlance_turns AS turn USING doomed
    WHERE turn.sender_id = doomed.sender_id AND turn.turn = doomed.turn
), unsent AS (
    DELETE FROM parlance_outbox AS waiting USING doomed
    WHERE waiting.sender_id = doomed.sender_id AND waiting.turn = doomed.turn
)
{_COUNTED}
"""
LONE_EVENTS = f"""
WITH {_GIVEN}, gone AS (
    DELETE FROM events AS event USING given
    WHERE event.sender_id = given.sender_id AND coalesce(event."timestamp", 0) <= given.until
    RETURNING event.sender_id
)
{_COUNTED}
"""
OTHER_EVENTS = LONE_EVENTS.replace(
    "RETURNING",
    """AND NOT EXISTS (SELECT FROM parlance_turns AS turn WHERE turn.sender_id = event.sender_id
        AND event.id BETWEEN turn.first_event_id AND turn.last_event_id)
    RETURNING""",
)


def is_connected() -> bool:
    """Tell whether this installation knows Rasa's tracker database."""
    return bool(settings().tracker_database_secret)


def latest(senders: list[str]) -> dict[str, float]:
    """Return the time of each conversation's latest event there (unix seconds)."""

    def work(run: Run) -> dict[str, float]:
        rows = [row for _ in in_schemas(run) for row in run(LATEST, senders=encode(senders))]
        known = [(sender, at) for sender, at in rows if at is not None]
        return {sender: max(at for other, at in known if other == sender) for sender, _ in known}

    return database(work) if is_connected() else {}


def erase(until: dict[str, float]) -> dict[str, int]:
    """Remove what began at or before the given time of each conversation, in every environment; returns how many went.

    Waits for a turn that is being committed. Harmless to repeat. Raises Unavailable.
    """

    def work(run: Run) -> dict[str, int]:
        run(LOCK, senders=encode(list(until)))
        removed: dict[str, int] = {}
        for _ in in_schemas(run):
            statements = (EVENTS_OF_TURNS, OTHER_EVENTS) if has_table(run, "parlance_turns") else (LONE_EVENTS,)
            for sender, n in (row for one in statements for row in run(one, until=encode(until))):
                removed[sender] = removed.get(sender, 0) + n
        return removed

    return database(work) if is_connected() and until else {}
