"""Turns into rows: a whole batch in one transaction with a constant number of statements (docs/events.md)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import event_sql as sql
from parlance.adapters.native import transact
from parlance.domain.facts import derive, policy_of
from parlance.domain.sessions import COUNTED, START, Moment, Session, Stretch, place
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parlance.adapters.native import Run
    from parlance.domain.events import Event
    from parlance.domain.facts import Facts
    from parlance.domain.turns import Turn


def store(turns: list[Turn]) -> int:
    """Store what is new of these turns and return how many events that were.

    All or nothing. Raises Invalid when a value can never be stored, Unavailable when the database does not take it now.
    """
    return transact(settings().database_secret, lambda run: write(run, turns))


def conversations_with_gaps(*, since: float, until: float, most: int) -> list[str]:
    """Return some conversations in which a turn between these times (unix seconds) follows one that is not here."""
    values = {"since": since, "until": until, "most": most}
    rows = transact(settings().database_secret, lambda run: run(sql.GAPS, **values))
    return [sender for (sender,) in rows]


def write(run: Run, turns: list[Turn]) -> int:
    """Write the batch; the conversations' rows are locked first, in order, so that consumers never deadlock."""
    senders = sorted({turn.sender_id for turn in turns})
    run(sql.ENSURE_CONVERSATIONS, senders=encode(senders))
    run(sql.LOCK_CONVERSATIONS, senders=encode(senders))
    events = distinct(event for turn in turns for event in turn.events)
    fresh = write_events(run, events)
    write_turns(run, turns)
    facts = derive(fresh)
    facts.names |= {(turn.sender_id, "environment", turn.environment) for turn in turns}
    write_facts(run, facts)
    write_sessions(run, fresh)
    return len(fresh)


def distinct(events: Iterable[Event]) -> dict[str, Event]:
    """Return each event once, in its first place."""
    first: dict[str, Event] = {}
    for event in events:
        known = first.setdefault(event.id, event)
        if known is not event and event.place < known.place:
            first[event.id] = event
    return first


def write_events(run: Run, events: dict[str, Event]) -> list[Event]:
    """Insert the events, give known ones their place in a turn, and return those that were new."""
    if not events:
        return []
    ((fresh,),) = run(sql.WRITE_EVENTS, events="[" + ",".join(map(row, events.values())) + "]")
    return [events[key] for key in fresh.replace("-", "").split(",")] if fresh else []


def row(event: Event) -> str:
    """Return an event's row as JSON; its data is JSON already and is not encoded again."""
    exact = "null" if event.exact is None else json.dumps(event.exact)
    return (
        f'{{"id":"{event.id}","timestamp":{event.timestamp!r},"at":{event.at!r},"turn":{number(event.turn)},'
        f'"idx":{number(event.idx)},"sender_id":{json.dumps(event.sender_id)},"type":{json.dumps(event.type)},'
        f'"data":{event.json},"exact":{exact}}}'
    )


def number(value: int | None) -> str:
    """Return an optional integer as JSON."""
    return "null" if value is None else str(value)


def write_turns(run: Run, turns: list[Turn]) -> None:
    """Insert the turns; the same turn told twice becomes one row, whoever came first."""
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for turn in turns:
        if turn.turn is not None:
            told = turn_row(turn)
            known = rows.setdefault((turn.sender_id, turn.turn), told)
            rows[turn.sender_id, turn.turn] = merged(known, told)
    if rows:
        run(sql.WRITE_TURNS, turns=encode([rows[key] for key in sorted(rows)]))


def turn_row(turn: Turn) -> dict[str, Any]:
    """Return a turn's row."""
    row = {"sender_id": turn.sender_id, "turn": turn.turn, "prev_turn": turn.prev_turn}
    return {**row, "started_at": turn.started_at, "overlap": turn.overlap}


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
    """Add what was derived from new events; the inbox comes last, in order, for it is shared between conversations."""
    if facts.conversations:
        run(sql.CHANGE_CONVERSATIONS, changes=encode(list(facts.conversations.values())))
    for statement, rows in ((sql.SEE_NAMES, facts.names), (sql.SEE_SLOTS, facts.slots), (sql.SEE_TEXTS, facts.texts)):
        if rows:
            run(statement, rows=encode(sorted(rows)))
    if facts.logs:
        run(sql.LOG_MESSAGES, logs=encode(list(facts.logs.values())))


def write_sessions(run: Run, fresh: list[Event]) -> None:
    """Open sessions and count what was said in them."""
    moments = [moment(event) for event in fresh if event.type in COUNTED or event.type == START]
    if not moments:
        return
    first: dict[str, float] = {}
    for one in moments:
        first[one.sender_id] = min(one.timestamp, first.get(one.sender_id, one.timestamp))
    known = [session(*values) for values in run(sql.KNOWN_SESSIONS, first=encode(first))]
    changed = place(known, moments, lambda torn: recall(run, torn))
    emptied = [row.sender_id for row in changed if row.is_void]
    if changed:
        run(sql.WRITE_SESSIONS, sessions=encode(changed))
    if emptied:
        run(sql.DROP_VOID_SESSIONS, senders=encode(emptied))


def moment(event: Event) -> Moment:
    """Return what sessions need of an event."""
    policy = policy_of(event) if event.type == "action" else ""
    return Moment(sender_id=event.sender_id, timestamp=event.timestamp, type=event.type, policy=policy)


def session(*values: Any) -> Session:
    """Return a row of `conversation_sessions`."""
    return Session(**dict(zip(Session.__struct_fields__, values, strict=True)))


def recall(run: Run, torn: list[Stretch]) -> list[Moment]:
    """Return the stored moments of stretches."""
    rows = run(sql.RECALL, torn=encode(torn))
    return [Moment(sender_id=sender, timestamp=at, type=kind, policy=policy) for sender, at, kind, policy in rows]


def encode(value: Any) -> str:
    """Return a statement's one JSON parameter."""
    return msgspec.json.encode(value).decode()
