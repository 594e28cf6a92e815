"""A conversation in the tracker database: read with its version, and one statement a turn."""

import time
from typing import Any, Dict, List, NamedTuple, Optional

from parlance_rasa.connection import Database
from parlance_rasa.conversation import column
from parlance_rasa.wire import Turn, body_start, encode_event, turn_body

PORTION = 10_000
"""How many conversations' ids are asked for at once."""

# Rasa's rule for "this session": what is not older than the last session start.
_SESSION = """WITH started AS (
    SELECT max("timestamp") AS at FROM events WHERE sender_id = $1 AND type_name = 'session_started'
)
SELECT %s FROM events, started
WHERE sender_id = $1 AND ($2 OR started.at IS NULL OR "timestamp" >= started.at)"""
_EXTENT = "SELECT count(*), max(id) FROM events WHERE sender_id = $1"
_READ = _SESSION % "data, (SELECT count FROM extent), (SELECT max FROM extent)"

# One statement a turn, so that there is one answer to wait for; its body is what `wire.turn_body` gives. `head` is how
# far the conversation is now. `known` finds the very same turn, if a first try was done and its answer lost: it can
# only be there when the conversation is further than it was read.
_SAVE = """WITH head AS MATERIALIZED (
    SELECT now.turn, greatest($2, now.turn + 1) AS next, now.version IS DISTINCT FROM $3 AS overlap
    FROM (SELECT
        (SELECT max(id) FROM events WHERE sender_id = $1) AS version,
        (SELECT max(turn) FROM parlance_turns WHERE sender_id = $1) AS turn) AS now
), known AS MATERIALIZED (
    SELECT saved.* FROM head, parlance_turns AS saved
    WHERE head.overlap AND saved.sender_id = $1 AND saved.first_event_id > coalesce($3, 0) AND $10 = (
        SELECT array_agg(data ORDER BY id) FROM events
        WHERE sender_id = $1 AND id BETWEEN saved.first_event_id AND saved.last_event_id)
), written AS (
    INSERT INTO events (sender_id, type_name, "timestamp", intent_name, action_name, data)
    SELECT $1, type_name, at, intent_name, action_name, data
    FROM unnest($6, $7, $8, $9, $10) WITH ORDINALITY AS event(type_name, at, intent_name, action_name, data, idx)
    WHERE NOT EXISTS (SELECT FROM known)
    ORDER BY idx
    RETURNING id
), turn AS (
    INSERT INTO parlance_turns (sender_id, turn, prev_turn, overlap, first_event_id, last_event_id)
    SELECT $1, head.next, head.turn, head.overlap, ids.first, ids.last
    FROM head, (SELECT min(id) AS first, max(id) AS last FROM written) AS ids WHERE ids.last IS NOT NULL
    RETURNING turn, prev_turn, overlap, last_event_id
), kept AS (
    INSERT INTO parlance_outbox (sender_id, turn, body)
    SELECT $1, turn, concat($5, ',"turn":', turn, ',"prev_turn":', coalesce(prev_turn::text, 'null'),
        ',"overlap":', overlap::text, ',"events":[', array_to_string($10, ','), ']}')
    FROM turn WHERE $4
    RETURNING id
)
SELECT turn, prev_turn, overlap, last_event_id, (SELECT id FROM kept) FROM turn
UNION ALL
SELECT turn, prev_turn, overlap, last_event_id,
    (SELECT id FROM parlance_outbox AS left_over WHERE left_over.sender_id = $1 AND left_over.turn = known.turn)
FROM known"""

PREPARED = """PREPARE parlance_extent (text) AS %s;
PREPARE parlance_read (text, bool) AS %s ORDER BY events.id;
PREPARE parlance_count (text, bool) AS %s;
PREPARE parlance_save (text, bigint, bigint, bool, text, text[], float8[], text[], text[], text[]) AS %s""" % (
    _EXTENT,
    _READ.replace("WITH started", "WITH extent AS (%s), started" % _EXTENT),
    _SESSION % "count(*), (SELECT max(id) FROM events WHERE sender_id = $1)",
    _SAVE,
)
# The lock is a statement of its own: the other one's snapshot is taken when the lock is held. Both are one transaction.
_SAVE_ALONE = """SELECT pg_advisory_xact_lock(hashtextextended(%(sender_id)s, 0));
EXECUTE parlance_save(%(sender_id)s, %(wanted)s, %(version)s, %(outbox)s, %(start)s,
    %(types)s, %(times)s, %(intents)s, %(actions)s, %(data)s)"""
_KEYS = """SELECT DISTINCT sender_id FROM events WHERE %(after)s IS NULL OR sender_id > %(after)s
ORDER BY sender_id LIMIT %(portion)s"""
_BEGAN = 'SELECT "timestamp" FROM events WHERE sender_id = %(sender_id)s ORDER BY id LIMIT 1'


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
    """A turn to be written: the events added since the conversation was at `version`."""

    sender_id: str
    events: List[Dict[str, Any]]
    ticket: Optional[int]
    version: Optional[int]


class Saved(NamedTuple):
    """A turn as written, and its row in the outbox, if it has one."""

    body: str
    version: int
    outbox_id: Optional[int]
    overlap: bool


async def keys(database: Database) -> List[str]:
    """Return the conversations' ids, asked for in portions: however many there are, none takes long."""
    found: List[str] = []
    while True:
        after = found[-1] if found else None
        rows = await database.ask(_KEYS, after=after, portion=PORTION)
        found += [sender_id for (sender_id,) in rows]
        if len(rows) < PORTION:
            return found


async def began(database: Database, sender_id: str) -> Optional[float]:
    """Return the time of a conversation's first event, in unix seconds; None without one."""
    rows = await database.ask(_BEGAN, sender_id=sender_id)
    return rows[0][0] if rows else None


async def read(database: Database, sender_id: str, *, all_sessions: bool) -> Reading:
    """Return the conversation's events, of the last session or of all, with the version they were read at."""
    rows = await database.ask("EXECUTE parlance_read(%(sender_id)s, %(all)s)", sender_id=sender_id, all=all_sessions)
    return Reading([row[0] for row in rows], Extent(*rows[0][1:]) if rows else Extent(0, None))


async def extent(database: Database, sender_id: str) -> Extent:
    """Return which events the database has."""
    return Extent(*(await database.ask("EXECUTE parlance_extent(%(sender_id)s)", sender_id=sender_id))[0])


async def session_extent(database: Database, sender_id: str) -> Extent:
    """Return how many events the last session has, by which Rasa tells what of a tracker is stored already."""
    return Extent(*(await database.ask("EXECUTE parlance_count(%(sender_id)s, false)", sender_id=sender_id))[0])


async def write(database: Database, draft: Draft, environment: str, *, outbox: bool) -> Saved:
    """Commit the turn's events, its row and its outbox row, once, also when the answer of a first try was lost.

    Waits for other writers of the conversation. A turn whose version is not the one found is kept and flagged.
    """
    encoded = [encode_event(event) for event in draft.events]
    start = body_start(draft.sender_id, environment)
    wanted = int(time.time() * 1000) if draft.ticket is None else draft.ticket
    values = dict(_columns(draft.events), wanted=wanted, start=start, outbox=outbox, data=encoded)
    rows = await database.ask(_SAVE_ALONE, sender_id=draft.sender_id, version=draft.version, **values)
    *turn, version, outbox_id = rows[0]
    return Saved(turn_body(start, Turn(*turn), encoded), version, outbox_id, turn[-1])


def seconds(timestamp: Any) -> Optional[float]:
    """Return an event's time as it is stored, be it a number or the text of one; None for anything else."""
    try:
        return float(timestamp)
    except (TypeError, ValueError):
        return None


def _columns(events: List[Dict[str, Any]]) -> Dict[str, List[Any]]:
    return {
        "types": [column(event.get("event")) for event in events],
        "times": [seconds(event.get("timestamp")) for event in events],
        "intents": [column(_intent(event)) for event in events],
        "actions": [column(event.get("name")) for event in events],
    }


def _intent(event: Dict[str, Any]) -> Any:
    intent = (event.get("parse_data") or {}).get("intent") or {}
    return intent.get("name") if isinstance(intent, dict) else None
