"""Databases with very many conversations: the first turns of real ones, stored by the consumer, then copied by SQL.

A copy has a name and a time of its own; every fifth one says a text of its own, so that a search has something to
search. One conversation more, `long`, has five thousand events.
"""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Any

from functions.events.app import handler
from functions.migrate.app import upgrade
from tests.support import moodbot
from tests.support.database import TEMPLATE, Database, in_use

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.support.postgres import Postgres

TABLES = ("conversations", "events", "turns", "conversation_sessions", "seen_names", "seen_slots", "seen_texts")
TIMES = {"timestamp", "at", "started_at", "ended_at", "latest_event_time", "latest_input_time"}
APART_S, LONG, PART = 37, 5000, 500
OWN_TEXTS = """
WITH own AS (SELECT b.sender_id || '~' || n AS sender_id, 'do you know ' || md5(n::text || b.sender_id) AS text, n
             FROM conversations b, generate_series(CAST(:low AS int), CAST(:high AS int)) n
             WHERE b.sender_id !~ '~' AND n % 5 = 0),
     logged AS (INSERT INTO message_logs
                    (hash, text, n_messages, time, event_id, sender_id, intent, confidence, prediction)
                SELECT md5(text)::uuid, text, 1, 1795342492 - n * 37.0, md5(text)::uuid, sender_id, 'greet',
                    n % 100 / 100.0, '{}'
                FROM own ON CONFLICT DO NOTHING)
INSERT INTO seen_texts (sender_id, hash) SELECT sender_id, md5(text)::uuid FROM own ON CONFLICT DO NOTHING
"""


def filled(server: Postgres, name: str, size: int) -> Database:
    """Return a database with about `size` conversations; one that an earlier run made is migrated and serves again."""
    place, making, admin = Database(server, name), Database(server, "making"), Database(server, "postgres")
    if admin.rows("SELECT FROM pg_database WHERE datname = :name", name=name):
        with in_use(place):
            upgrade()
        return place
    admin.rows("DROP DATABASE IF EXISTS making WITH (FORCE)")
    admin.rows(f"CREATE DATABASE making TEMPLATE {TEMPLATE}")
    with in_use(making):
        store_first_turns()
    copy(making, size)
    making.rows("VACUUM ANALYZE")
    admin.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'making'")
    admin.rows(f"ALTER DATABASE making RENAME TO {name}")
    return place


def store_first_turns() -> None:
    """Store the first turn of each real conversation, and the long conversation."""
    turns = moodbot.turns(moodbot.events())
    first = {turn["sender_id"]: turn for turn in reversed(turns)}
    for part in parts([*first.values(), *long(turns)]):
        assert handler(moodbot.batch(part), None) == {"batchItemFailures": []}


def long(turns: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield all real turns as those of one conversation, until it has its events."""
    count = 0
    for number, turn in enumerate(turns):
        if count >= LONG:
            return
        count += len(turn["events"])
        yield {**turn, "sender_id": "long", "turn": number + 1, "prev_turn": number or None}


def copy(place: Database, size: int) -> None:
    """Copy what is there, without the long conversation, until there are `size` conversations."""
    base = place.rows("SELECT count(*) AS n FROM conversations WHERE sender_id <> 'long'")[0]["n"]
    with closing(place.connect()) as connection:
        for part in parts(range(1, size // base)):
            for table in TABLES:
                connection.run(copies(connection, table), low=part[0], high=part[-1])
            connection.run(OWN_TEXTS, low=part[0], high=part[-1])
        connection.run("TRUNCATE name_counts")
        connection.run(
            "INSERT INTO name_counts SELECT name, count(*) FROM seen_names, unnest(names) AS name GROUP BY 1"
        )


def parts(items: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the items, so many at once."""
    rest = iter(items)
    while part := list(islice(rest, PART)):
        yield part


def copies(connection: Any, table: str) -> str:
    """Return the statement that copies a table's rows for the copies numbered `low` to `high`."""
    names = connection.run(
        "SELECT column_name FROM information_schema.columns WHERE table_name = :t AND is_generated = 'NEVER'"
        " AND table_schema = 'public' ORDER BY ordinal_position",
        t=table,
    )
    columns = [name for (name,) in names]
    values = ", ".join(value(table, column) for column in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} b,"
        " generate_series(CAST(:low AS int), CAST(:high AS int)) n WHERE b.sender_id !~ '~' AND b.sender_id <> 'long'"
    )


def value(table: str, column: str) -> str:
    """Return what a copy has in a column."""
    if column == "sender_id":
        return "b.sender_id || '~' || n"
    if column == "review_status":
        return "(ARRAY['unread', 'unread', 'unread', 'reviewed', 'saved_for_later'])[1 + n % 5]"
    if column in TIMES and (table, column) != ("conversation_sessions", "started_at"):
        return f"b.{column} - n * {APART_S}"
    if column == "started_at":
        return f"greatest(0, b.started_at - n * {APART_S})"
    return f"b.{column}"
