"""Filling up for `ingest_growth`: a round that the handler has stored is repeated inside PostgreSQL.

The repeated rows are those that the handler would write, down to their indexes: the same events in conversations of
their own, with ids of their own. Only the measured rounds need to go through the handler.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.database import Database

TABLES = (
    "conversations",
    "events",
    "turns",
    "conversation_sessions",
    "seen_names",
    "seen_slots",
    "seen_texts",
)
"""Those with rows of one conversation; the inbox is shared, there only the counts grow."""
NUMBER_AT, NUMBER_DIGITS = 13, 4
"""Where the senders of `ingest.turns` carry the round's number."""
SENDER = f"overlay(sender_id PLACING lpad(CAST(:number AS text), {NUMBER_DIGITS}, '0') FROM {NUMBER_AT})"
CHANGED = {"sender_id": SENDER, "id": f"CAST(md5({SENDER} || id) AS uuid)"}
COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = CAST(:name AS regclass) AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""


def keep_template(database: Database) -> None:
    """Keep the rows of the only round that is stored."""
    with closing(database.connect()) as connection:
        connection.run("CREATE SCHEMA template")
        for table in (*TABLES, "message_logs", "name_counts"):
            connection.run(f"CREATE TABLE template.{table} AS TABLE public.{table}")
            connection.run(f"ANALYZE template.{table}")


def repeat(database: Database, numbers: range) -> None:
    """Store the template's round again as each of these rounds, a transaction each."""
    with closing(database.connect()) as connection:
        statements = [insertion(connection, table) for table in TABLES]
        for number in numbers:
            connection.run("BEGIN")
            for statement in statements:
                connection.run(statement, number=number)
            connection.run("COMMIT")
        connection.run(
            "UPDATE message_logs AS log SET n_messages = log.n_messages + :rounds * once.n_messages"
            " FROM template.message_logs AS once WHERE once.hash = log.hash",
            rounds=len(numbers),
        )
        connection.run(
            "UPDATE name_counts AS known SET n_conversations = known.n_conversations + :rounds * once.n_conversations"
            " FROM template.name_counts AS once WHERE once.name = known.name",
            rounds=len(numbers),
        )


def insertion(connection: Any, table: str) -> str:
    """Return the statement that stores the template's rows of a table as those of round `:number`."""
    columns = [name for (name,) in connection.run(COLUMNS, name=f"public.{table}")]
    values = ", ".join(CHANGED.get(name, name) for name in columns)
    return f"INSERT INTO public.{table} ({', '.join(columns)}) SELECT {values} FROM template.{table}"
