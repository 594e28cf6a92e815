"""The reads that must stay quick at ten million events use their indexes, at a hundred thousand already."""

from contextlib import closing

import pytest

from functions.events.app import handler
from tests.support import moodbot, reference

PLANS = {
    "a conversation in order": (
        "SELECT * FROM events WHERE sender_id = 's0-0-1' ORDER BY at, turn, idx",
        "events_pkey",
    ),
    "one event": (
        (
            "SELECT * FROM events WHERE sender_id = 's0-0-1' AND timestamp = 2e9"
            " AND id = '00000000-0000-0000-0000-000000000000'"
        ),
        "events_pkey",
    ),
    "the latest message": (
        "SELECT * FROM events WHERE sender_id = 's0-0-1' AND type = 'user' ORDER BY timestamp DESC, id DESC LIMIT 1",
        "Index Scan Backward using events_pkey",
    ),
    "a page of conversations": (
        (
            "SELECT * FROM conversations WHERE (latest_event_time, sender_id) < (2e9, 'z')"
            " ORDER BY latest_event_time DESC, sender_id DESC LIMIT 50"
        ),
        "conversations_by_time",
    ),
    "who said an intent": (
        "SELECT sender_id FROM seen_names WHERE names && ARRAY['intent:never']",
        "seen_names_by_name",
    ),
    "who said a text": (
        "SELECT sender_id FROM seen_texts WHERE hash = '00000000-0000-0000-0000-000000000000'",
        "seen_texts_by_hash",
    ),
    "the session of a moment": (
        "SELECT max(started_at) FROM conversation_sessions WHERE sender_id = 's0-0-1' AND started_at <= 2e9",
        "conversation_sessions_pkey",
    ),
    "recent turns": ("SELECT * FROM turns WHERE started_at > 2e9", "turns_by_time"),
}


COPIES = 15
"""Of the real conversations: 3,072 of them with 98,304 events, so that walking through a table costs more than an index
does. Nothing is forced: these are the plans that PostgreSQL chooses by itself."""
COPY = """
INSERT INTO {table} ({columns}) SELECT {values} FROM {table} AS t, generate_series(1, {copies}) AS copy
"""
COPIED = {"sender_id": "'copy ' || copy || ' of ' || sender_id", "events.id": "gen_random_uuid()"}


@pytest.fixture(scope="module")
def filled(module_database):
    for start in range(0, 960, 480):
        handler(moodbot.batch(moodbot.turns(moodbot.events())[start : start + 480]), None)
    for table in reference.TABLES:
        if table not in ("message_logs", "name_counts"):
            multiply(module_database, table)
    module_database.rows("VACUUM ANALYZE")
    return module_database


def multiply(database, table):
    """Add copies of every conversation's rows under other names."""
    found = database.rows(
        "SELECT column_name AS name FROM information_schema.columns"
        " WHERE table_name = :table AND is_generated = 'NEVER' ORDER BY ordinal_position",
        table=table,
    )
    names = [row["name"] for row in found]
    values = [COPIED.get(f"{table}.{name}", COPIED.get(name, name)) for name in names]
    database.rows(COPY.format(table=table, columns=", ".join(names), values=", ".join(values), copies=COPIES))


@pytest.mark.parametrize(("query", "index"), PLANS.values(), ids=PLANS)
def test_query_uses_its_index_because_postgres_chose_it(filled, query, index):
    with closing(filled.connect()) as connection:
        plan = "\n".join(line for (line,) in connection.run(f"EXPLAIN {query}"))

    assert index in plan
    assert "Seq Scan" not in plan


def test_a_page_of_conversations_is_read_in_order_and_not_sorted(filled):
    with closing(filled.connect()) as connection:
        plan = "\n".join(line for (line,) in connection.run(f"EXPLAIN {PLANS['a page of conversations'][0]}"))

    assert "Sort" not in plan
