"""The reads that must stay quick at ten million events use their indexes."""

from contextlib import closing

import pytest

from functions.events.app import handler
from tests.support import moodbot

PLANS = {
    "a conversation in order": (
        "SELECT * FROM events WHERE sender_id = 's0-0-1' ORDER BY at, turn, idx",
        "events_in_order",
    ),
    "one event": (
        "SELECT * FROM events WHERE sender_id = 's0-0-1' AND id = '00000000-0000-0000-0000-000000000000'",
        "events_pkey",
    ),
    "a page of conversations": (
        (
            "SELECT * FROM conversations WHERE (latest_event_time, sender_id) < (2e9, 'z')"
            " ORDER BY latest_event_time DESC, sender_id DESC LIMIT 50"
        ),
        "conversations_by_time",
    ),
    "who said an intent": (
        "SELECT sender_id FROM seen_names WHERE kind = 'intent' AND value = 'greet'",
        "seen_names_by_value",
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


@pytest.fixture(scope="module")
def filled(module_database):
    for start in range(0, 960, 480):
        handler(moodbot.batch(moodbot.turns(moodbot.events())[start : start + 480]), None)
    module_database.rows("ANALYZE")
    return module_database


@pytest.mark.parametrize(("query", "index"), PLANS.values(), ids=PLANS)
def test_query_uses_its_index(filled, query, index):
    with closing(filled.connect()) as connection:
        connection.run("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off")
        plan = "\n".join(line for (line,) in connection.run(f"EXPLAIN {query}"))

    assert index in plan
    assert "Sort" not in plan.replace("Incremental Sort", "").replace("Sort Key", "")
