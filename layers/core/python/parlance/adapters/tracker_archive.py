"""Rasa's tracker database as a source of what was missed: its events, and where our plugin wrote them its turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from parlance.adapters.native import Run, transact
from parlance.domain.models import PRODUCTION
from parlance.domain.replay import Archive, ArchivedEvent, ArchivedTurn
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Result = TypeVar("Result")

# Environments keep their conversations apart in schemas of one database; production's is the usual one.
EVENT_TABLES = """
SELECT table_schema, table_schema = current_schema() FROM information_schema.columns
WHERE table_name = 'events' AND column_name IN ('sender_id', 'data') GROUP BY 1 HAVING count(*) = 2 ORDER BY 1
"""
OUTBOXES = "SELECT table_schema FROM information_schema.tables WHERE table_name = 'parlance_outbox' ORDER BY 1"
HAS_TABLE = "SELECT to_regclass(CAST(:name AS text)) IS NOT NULL"

# Rows commit out of the order of their ids: only age tells what was left behind.
UNSENT = """
SELECT id, body FROM parlance_outbox
WHERE created_at < now() - make_interval(secs => CAST(:age AS double precision))
ORDER BY created_at
LIMIT CAST(:most AS integer)
FOR UPDATE SKIP LOCKED
"""
SENT = "DELETE FROM parlance_outbox WHERE id IN (SELECT CAST(jsonb_array_elements_text(CAST(:ids AS jsonb)) AS bigint))"

SENDERS = """
SELECT DISTINCT sender_id FROM events WHERE sender_id > CAST(:after AS text)
ORDER BY sender_id LIMIT CAST(:most AS integer)
"""
# Of several schemas, in the order in which the database itself has them: a collation of its own.
FIRST = """
SELECT DISTINCT sender_id FROM jsonb_array_elements_text(CAST(:senders AS jsonb)) AS found (sender_id)
ORDER BY sender_id LIMIT CAST(:most AS integer)
"""
_CHOSEN = "IN (SELECT jsonb_array_elements_text(CAST(:senders AS jsonb)))"
EVENTS = f"SELECT id, sender_id, data FROM events WHERE sender_id {_CHOSEN} ORDER BY sender_id, id"
TURNS = f"""
SELECT sender_id, turn, prev_turn, overlap, first_event_id, last_event_id
FROM parlance_turns WHERE sender_id {_CHOSEN} ORDER BY sender_id, first_event_id
"""


def send_unsent(send: Callable[[list[tuple[int, str]]], list[int]], *, age: float, most: int) -> int:
    """Give outbox rows older than `age` seconds to `send`; delete those it says it sent, return how many.

    Other senders skip the rows meanwhile. When this is cut short a row is sent twice, which does no harm.
    """

    def work(run: Run) -> int:
        return sum(_send_of(run, schema, send, (age, most)) for (schema,) in run(OUTBOXES))

    return database(work)


def _send_of(
    run: Run, schema: str, send: Callable[[list[tuple[int, str]]], list[int]], which: tuple[float, int]
) -> int:
    """Send one schema's rows; the search path is the transaction's."""
    run("SELECT set_config('search_path', quote_ident(:schema), true)", schema=schema)
    rows = run(UNSENT, age=which[0], most=which[1])
    sent = send([(key, body) for key, body in rows]) if rows else []
    if sent:
        run(SENT, ids=encode([str(key) for key in sent]))
    return len(sent)


def senders(after: str, most: int) -> list[str]:
    """Return the next conversations of all environments, in the order of their ids."""

    def work(run: Run) -> list[str]:
        found = [sender for _ in in_schemas(run) for (sender,) in run(SENDERS, after=after, most=most)]
        return [sender for (sender,) in run(FIRST, senders=encode(found), most=most)]

    return database(work)


def read(chosen: list[str]) -> list[Archive]:
    """Return, for each environment, all events of conversations in order, and all turns that the plugin wrote."""

    def archive(run: Run, environment: str) -> Archive:
        which = encode(chosen)
        turns = run(TURNS, senders=which) if has_table(run, "parlance_turns") else []
        events = [ArchivedEvent(*row) for row in run(EVENTS, senders=which)]
        return Archive(environment=environment, events=events, turns=[ArchivedTurn(*row) for row in turns])

    return database(lambda run: [archive(run, environment) for environment in in_schemas(run)])


def in_schemas(run: Run) -> Iterator[str]:
    """Look at each environment's schema in turn, as long as the transaction lasts; yields the environment's name.

    Production's schema is the usual one, another environment's has its name (infra/stacks/environment.yaml).
    """
    for schema, is_usual in run(EVENT_TABLES):
        run("SELECT set_config('search_path', quote_ident(:schema), true)", schema=schema)
        yield PRODUCTION if is_usual else schema


def has_table(run: Run, name: str) -> bool:
    """Tell whether the tracker database has a table: our plugin may not have run yet, or never."""
    return bool(run(HAS_TABLE, name=name)[0][0])


def database(work: Callable[[Run], Result]) -> Result:
    """Run in one transaction on the tracker database."""
    return transact(settings().tracker_database_secret, work)


def encode(value: Any) -> str:
    """Return a statement's JSON parameter."""
    return msgspec.json.encode(value).decode()
