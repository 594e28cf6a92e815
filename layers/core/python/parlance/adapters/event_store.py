"""Turns into rows: a batch in one transaction, thousands by no more statements than hundreds (docs/events.md)."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import event_sql as sql
from parlance.adapters.copy_rows import HEADER, TRAILER, rows
from parlance.adapters.event_stream import Arrivals, read_ahead
from parlance.adapters.native import transact
from parlance.domain.errors import Unavailable
from parlance.domain.events import Event, Place, place
from parlance.domain.facts import Facts, derive
from parlance.domain.sessions import Moment, Session, Stretch
from parlance.domain.sessions import place as place_sessions
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from parlance.adapters.native import Run
    from parlance.domain.turns import Turn

PARTS = 8
"""Parts of a batch at most: the database writes one's rows while the next is read, by three or four statements each."""
LEAST_PART = 50
"""Turns of a part."""
DELETIONS = 5
"""Deletions of a batch's conversations, at the very moment it is stored, that are waited for."""


def store(turns: list[Turn]) -> int:
    """Store what is new of these turns and return how many events that were.

    All or nothing. Raises Invalid when a value can never be stored, Unavailable when the database does not take it now.
    """
    return transact(settings().database_secret, lambda run: write(run, turns))


def conversations_with_gaps(*, since: float, until: float, most: int) -> list[str]:
    """Return some conversations in which a turn between these times (unix seconds) follows one that is not here."""
    rows = transact(settings().database_secret, lambda run: run(sql.GAPS, since=since, until=until, most=most))
    return [sender for (sender,) in rows]


def write(run: Run, turns: list[Turn]) -> int:
    """Write the batch; the conversations' rows are locked first, in order, so that consumers never deadlock.

    Only what must know an answer waits for it: the database works through what was sent while the next is prepared.
    """
    ahead: deque[list[Event]] = deque()
    senders = sorted({turn.sender_id for turn in turns})
    latest, erased = lock(run, senders, lambda: ahead.extend(read_ahead(turns)))
    if erased:
        turns = without_erased(run, turns, erased)
        ahead.clear()
    arrivals = Arrivals(latest, ahead)
    for part in parts(turns):
        write_part(run, part, arrivals)
    write_doubtful(run, arrivals)
    facts = arrivals.facts
    for turn in turns:
        facts.names[turn.sender_id].add(f"environment:{turn.environment}")
    write_sessions(run, facts.moments, latest.keys())
    write_facts(run, facts)
    return sum(change.n_events for change in facts.conversations.values())


def lock(
    run: Run, senders: list[str], meanwhile: Callable[[], None] | None
) -> tuple[dict[str, float], dict[str, float]]:
    """Make and lock the conversations' rows; begin anew where somebody deleted one `meanwhile`, which is done once.

    Returns the latest timestamp of each that has events (unix seconds), and until when each of those is erased that
    ever was.
    """
    wanted = encode(senders)
    for _ in range(DELETIONS):
        run(sql.BY_KEY, later=True)
        run(sql.ENSURE_CONVERSATIONS, later=True, senders=wanted)
        locked, latest, erased = run(sql.LOCK_CONVERSATIONS, meanwhile=meanwhile, senders=wanted)[0]
        if locked == len(senders):
            return times(latest), times(erased)
        meanwhile = None
        run("ROLLBACK", later=True)
        run("BEGIN", later=True)
    raise Unavailable("these conversations are being deleted again and again")


def times(told: dict[str, float] | None) -> dict[str, float]:
    """Return times as the doubles that they are: JSON may tell a large one as an integer close by."""
    return {sender: float(at) for sender, at in (told or {}).items()}


def without_erased(run: Run, turns: list[Turn], erased: dict[str, float]) -> list[Turn]:
    """Leave out turns that began before their conversation was erased, and the empty rows made for nothing."""
    kept = [
        turn for turn in turns if turn.sender_id not in erased or turn.started_at(turn.read()) > erased[turn.sender_id]
    ]
    husks = sorted(erased.keys() - {turn.sender_id for turn in kept})
    if husks:
        run(sql.DROP_HUSKS, senders=encode(husks))
    return kept


def parts(turns: list[Turn]) -> Iterator[list[Turn]]:
    """Cut a batch into PARTS at most, so that the database has the rest of one to do while the next is read."""
    size = max(LEAST_PART, -(-len(turns) // PARTS))
    for start in range(0, len(turns), size):
        yield turns[start : start + size]


def write_part(run: Run, turns: list[Turn], arrivals: Arrivals) -> None:
    """Copy the events that are surely new, and write what needs no others; raises Unreadable when nothing is to stay.

    What is later than all that its conversation has is copied as it is read.
    """
    begun = len(arrivals.started)
    run(sql.COPY_EVENTS, stream=arrivals.copied(turns), later=True)
    if arrivals.unreadable:
        raise arrivals.unreadable
    write_turns(run, zip(turns, arrivals.started[begun:], strict=True))
    write_seen(run, arrivals.facts)


def write_doubtful(run: Run, arrivals: Arrivals) -> None:
    """Copy the events that may be known and are not; give known ones their place in a turn."""
    doubtful, moved = arrivals.doubtful, list(arrivals.moved.values())
    if doubtful:
        known = known_events(run, doubtful.values())
        fresh = [event for key, event in doubtful.items() if key not in known]
        if fresh:
            run(sql.COPY_EVENTS, stream=[HEADER + rows(fresh) + TRAILER], later=True)
            derive(arrivals.facts, fresh)
        moved += [event for key, event in doubtful.items() if key in known and event.place < known[key]]
    if moved:
        run(sql.MOVE_EVENTS, later=True, places=encode([places(event) for event in moved]))


def known_events(run: Run, events: Iterable[Event]) -> dict[str, Place]:
    """Return the places of those events that are stored already."""
    told: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        told[event.sender_id].append(event)
    stored = run(sql.KNOWN_EVENTS, told=encode([keys(sender, mine) for sender, mine in told.items()]))
    return {key.replace("-", ""): place(turn, idx, at) for key, turn, idx, at in stored}


def keys(sender_id: str, events: list[Event]) -> dict[str, Any]:
    """Return what finds a conversation's events; JSON's shortest digits of a time are exactly that time."""
    return {
        "sender_id": sender_id,
        "ids": [event.id for event in events],
        "times": [event.timestamp for event in events],
    }


def places(event: Event) -> dict[str, Any]:
    """Return the place that a turn gave to an event."""
    key = {"sender_id": event.sender_id, "timestamp": event.timestamp, "id": event.id}
    return {**key, "turn": event.turn, "idx": event.idx, "at": event.at}


def write_turns(run: Run, turns: Iterable[tuple[Turn, float]]) -> None:
    """Insert the turns, each with its start; the same turn told twice becomes one row, whoever came first."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for turn, started_at in turns:
        if turn.turn is not None:
            told = turn_row(turn, started_at)
            known = found.setdefault((turn.sender_id, turn.turn), told)
            found[turn.sender_id, turn.turn] = told if known is told else merged(known, told)
    if found:
        run(sql.WRITE_TURNS, later=True, turns=encode([found[key] for key in sorted(found)]))


def turn_row(turn: Turn, started_at: float) -> dict[str, Any]:
    """Return a turn's row."""
    row = {"sender_id": turn.sender_id, "turn": turn.turn, "prev_turn": turn.prev_turn}
    return {**row, "started_at": started_at, "overlap": turn.overlap}


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return one row for two tellings of a turn: the same rule as in SQL."""
    previous = [row["prev_turn"] for row in (one, other) if row["prev_turn"] is not None]
    return {
        **one,
        "prev_turn": min(previous, default=None),
        "started_at": min(one["started_at"], other["started_at"]),
        "overlap": one["overlap"] or other["overlap"],
    }


def write_facts(run: Run, facts: Facts) -> None:
    """Add what was derived from new events; what conversations share comes last, in order."""
    write_seen(run, facts)
    if facts.conversations:
        run(sql.CHANGE_CONVERSATIONS, later=True, changes=encode(list(facts.conversations.values())))
    if facts.logs:
        run(sql.LOG_MESSAGES, later=True, logs=encode(list(facts.logs.values())))
    if facts.names:
        run(sql.SEE_NAMES, later=True, rows=encode(names_of(facts)))


def write_seen(run: Run, facts: Facts) -> None:
    """Add the slots and texts that were read until now, and forget them."""
    for statement, seen in ((sql.SEE_SLOTS, facts.slots), (sql.SEE_TEXTS, facts.texts)):
        if seen:
            run(statement, later=True, rows=encode(sorted(seen)))
            seen.clear()


def names_of(facts: Facts) -> list[dict[str, Any]]:
    """Return the rows of `seen_names`."""
    return [{"sender_id": sender, "names": sorted(names)} for sender, names in facts.names.items()]


def write_sessions(run: Run, moments: list[Moment], stored: Collection[str]) -> None:
    """Open sessions and count what was said in them; who is not among `stored` has none yet."""
    first: dict[str, float] = {}
    for one in moments:
        if one.sender_id in stored:
            first[one.sender_id] = min(one.timestamp, first.get(one.sender_id, one.timestamp))
    known = [session(*values) for values in run(sql.KNOWN_SESSIONS, first=encode(first))] if first else []
    changed = place_sessions(known, moments, lambda torn: recall(run, torn))
    emptied = [row.sender_id for row in changed if row.is_void]
    if changed:
        run(sql.WRITE_SESSIONS, later=True, sessions=encode(changed))
    if emptied:
        run(sql.DROP_VOID_SESSIONS, later=True, senders=encode(emptied))


def session(*values: Any) -> Session:
    """Return a row of `conversation_sessions`."""
    return Session(**dict(zip(Session.__struct_fields__, values, strict=True)))


def recall(run: Run, torn: list[Stretch]) -> list[Moment]:
    """Return the stored moments of stretches."""
    return [Moment(*row) for row in run(sql.RECALL, torn=encode(torn))]


def encode(value: Any) -> str:
    """Return a statement's one JSON parameter."""
    return msgspec.json.encode(value).decode()
