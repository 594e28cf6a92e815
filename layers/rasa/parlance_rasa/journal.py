"""A conversation in the tracker database: read with its version, and one transaction a turn."""

import time
from typing import Any, Dict, List, NamedTuple, Optional

import sqlalchemy as sa

from parlance_rasa.conversation import column
from parlance_rasa.wire import Turn, encode_event, turn_body

# Rasa's rule for "this session": what is not older than the last session start.
_SESSION = """WITH started AS (
    SELECT max("timestamp") AS at FROM events WHERE sender_id = :sender_id AND type_name = 'session_started'
)
SELECT %s FROM events, started
WHERE sender_id = :sender_id AND (:all_sessions OR started.at IS NULL OR "timestamp" >= started.at)"""
_ALL = "FROM events WHERE sender_id = :sender_id"
_READ = sa.text(
    _SESSION % ("data, (SELECT count(*) %s) AS count, (SELECT max(id) %s) AS version" % (_ALL, _ALL))
    + " ORDER BY events.id"
)
_EXTENT = sa.text("SELECT count(*), max(id) %s" % _ALL)
_BEGAN = sa.text('SELECT "timestamp" FROM events WHERE sender_id = :sender_id ORDER BY id LIMIT 1')
_COUNT = sa.text(_SESSION % "count(*)")
# Two statements on purpose: the second one's snapshot is taken when the lock is held.
_HEAD = sa.text(
    "SELECT pg_advisory_xact_lock(hashtextextended(:sender_id, 0));"
    "SELECT (SELECT max(id) FROM events WHERE sender_id = :sender_id) AS version,"
    " (SELECT max(turn) FROM parlance_turns WHERE sender_id = :sender_id) AS turn"
)
_WRITE = sa.text(
    """WITH written AS (
    INSERT INTO events (sender_id, type_name, "timestamp", intent_name, action_name, data)
    SELECT :sender_id, type_name, at, intent_name, action_name, data
    FROM unnest(:types ::text[], :times ::float8[], :intents ::text[], :actions ::text[], :data ::text[])
        WITH ORDINALITY AS event(type_name, at, intent_name, action_name, data, idx)
    ORDER BY idx
    RETURNING id
), turn AS (
    INSERT INTO parlance_turns (sender_id, turn, prev_turn, overlap, first_event_id, last_event_id)
    SELECT :sender_id, :turn, :prev_turn, :overlap, min(id), max(id) FROM written
), kept AS (
    INSERT INTO parlance_outbox (sender_id, turn, body)
    SELECT :sender_id, :turn, :body WHERE :outbox
    RETURNING id
)
SELECT (SELECT max(id) FROM written), (SELECT id FROM kept), txid_current()"""
)
_OUTCOME = sa.text("SELECT txid_status(:transaction)")


class Extent(NamedTuple):
    """Which events the database has of a conversation: as long as both stay the same, the very same ones.

    Their ids only grow, so what is added changes `version`, or `count` if it was begun before; what is deleted changes
    `count`, unless as much is added.
    """

    count: int
    version: Optional[int]
    """The id of the last one."""


class Reading(NamedTuple):
    """A conversation's events as JSON texts, of one session or all, and the extent at that moment."""

    events: List[str]
    extent: Extent


class Draft(NamedTuple):
    """A turn to be written.

    With `read` its events are the ones added since the conversation was at `version`; without, they are all of a
    tracker that was not read here, and as many as Rasa would count are stored already.
    """

    sender_id: str
    events: List[Dict[str, Any]]
    ticket: Optional[int]
    read: bool
    version: Optional[int]


class Saved(NamedTuple):
    """A turn as written; `transaction` can be asked for its outcome when the commit's answer was lost."""

    body: str
    version: int
    outbox_id: Optional[int]
    transaction: int
    overlap: bool


def began(connection: Any, sender_id: str) -> Optional[float]:
    """Return the time of a conversation's first event, in unix seconds; None without one."""
    found: Optional[float] = connection.execute(_BEGAN, {"sender_id": sender_id}).scalar()
    return found


def read(connection: Any, sender_id: str, *, all_sessions: bool) -> Reading:
    """Return the conversation's events, of the last session or of all, with the version they were read at."""
    rows = connection.execute(_READ, {"sender_id": sender_id, "all_sessions": all_sessions}).all()
    return Reading([row.data for row in rows], Extent(rows[0].count, rows[0].version) if rows else Extent(0, None))


def extent(connection: Any, sender_id: str) -> Extent:
    """Return which events the database has."""
    return Extent(*connection.execute(_EXTENT, {"sender_id": sender_id}).one())


def write(connection: Any, draft: Draft, environment: str, *, outbox: bool) -> Optional[Saved]:
    """Write the turn's new events, its row and its outbox row; None when the database has all of its events.

    Waits for other writers of the conversation. A turn whose version is not the one found is kept and flagged.
    """
    head = connection.execute(_HEAD, {"sender_id": draft.sender_id}).one()
    events = draft.events[_stored(connection, draft) :]
    if not events:
        return None
    overlap = draft.read and draft.version != head.version
    turn = Turn(draft.sender_id, next_turn(draft.ticket, head.turn), head.turn, overlap)
    encoded = [encode_event(event) for event in events]
    body = turn_body(turn, encoded, environment)
    row = connection.execute(_WRITE, dict(_columns(events, encoded), **turn._asdict(), body=body, outbox=outbox)).one()
    return Saved(body, *row, overlap)


def outcome(connection: Any, transaction: int) -> Optional[str]:
    """Return 'committed', 'aborted' or 'in progress'; None when the transaction is too old to be known."""
    found: Optional[str] = connection.execute(_OUTCOME, {"transaction": transaction}).scalar()
    return found


def next_turn(ticket: Optional[int], last: Optional[int]) -> int:
    """Return the lock's ticket, or without a lock the clock in ms; always more than the last turn."""
    wanted = int(time.time() * 1000) if ticket is None else ticket
    return wanted if last is None else max(wanted, last + 1)


def seconds(timestamp: Any) -> Optional[float]:
    """Return an event's time as it is stored, be it a number or the text of one; None for anything else."""
    try:
        return float(timestamp)
    except (TypeError, ValueError):
        return None


def _stored(connection: Any, draft: Draft) -> int:
    if draft.read:
        return 0
    return int(connection.execute(_COUNT, {"sender_id": draft.sender_id, "all_sessions": False}).scalar())


def _columns(events: List[Dict[str, Any]], encoded: List[str]) -> Dict[str, List[Any]]:
    return {
        "types": [column(event.get("event")) for event in events],
        "times": [seconds(event.get("timestamp")) for event in events],
        "intents": [column(_intent(event)) for event in events],
        "actions": [column(event.get("name")) for event in events],
        "data": encoded,
    }


def _intent(event: Dict[str, Any]) -> Any:
    intent = (event.get("parse_data") or {}).get("intent") or {}
    return intent.get("name") if isinstance(intent, dict) else None
