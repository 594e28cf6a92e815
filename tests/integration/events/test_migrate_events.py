"""The events' new key is built while people talk; cut off at any moment, the migration can be repeated."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import sqlalchemy.exc

from functions.events.app import handler
from functions.migrate.app import configuration, newest, upgrade
from tests.support import moodbot, reference
from tests.support.database import of_release
from tests.support.turns import turn

AN_EVENT = (
    "INSERT INTO events (id, timestamp, at, sender_id, type, data)"
    " VALUES ('00000000-0000-0000-0000-000000000001', 1, 1, 'somebody', 'bot', '{}')"
)
INDEXES = """
SELECT indexrelid::bigint AS oid, pg_get_indexdef(indexrelid) AS definition, indisvalid FROM pg_index
WHERE indrelid = 'events'::regclass ORDER BY indexrelid::regclass::text
"""
KEY = 'CREATE UNIQUE INDEX events_pkey ON public.events USING btree (sender_id, "timestamp", id)'
PATIENCE = 240


@pytest.fixture
def old(postgres):
    """A database of the release before."""
    with of_release(postgres, "0015") as place:
        yield place


@pytest.fixture
def pool():
    """Where deployments run beside the test."""
    with ThreadPoolExecutor() as threads:
        yield threads


def until(database, query):
    """Wait for a row."""
    give_up = time.monotonic() + PATIENCE
    while not database.rows(query):
        assert time.monotonic() < give_up, query
        time.sleep(0.02)


def deliver(messages):
    assert handler(moodbot.batch(messages), None) == {"batchItemFailures": []}


def definitions(database):
    return [row["definition"] for row in database.rows(INDEXES)]


def test_events_of_the_release_before_come_through(old):
    events = list(moodbot.events())[:600]
    turns = moodbot.turns(tuple(events))
    deliver([*turns[:20], *events[300:]])
    before = reference.stored(old)

    assert upgrade() == newest(configuration())

    assert reference.stored(old) == before
    assert definitions(old) == [KEY]
    assert old.rows("SELECT contype FROM pg_constraint WHERE conname = 'events_pkey'") == [{"contype": "p"}]
    deliver([*events, *turns, *turns])
    assert reference.stored(old) == reference.tables(turns)


def test_events_are_stored_while_the_key_is_built(old, pool):
    with closing(old.connect()) as somebody:
        somebody.run("BEGIN")
        somebody.run(AN_EVENT)
        deployment = pool.submit(upgrade)
        until(old, "SELECT WHERE to_regclass('events_by_time') IS NOT NULL")
        deliver([turn()])
        assert not deployment.done(), "whoever builds it waits for those who were at work when it began"
        somebody.run("COMMIT")

    assert deployment.result(PATIENCE) == newest(configuration())
    assert definitions(old) == [KEY]
    deliver([turn()])
    assert old.rows("SELECT sender_id FROM events ORDER BY 1") == [{"sender_id": "somebody"}, {"sender_id": "web-1"}]


def test_a_migration_that_was_cut_off_leaves_a_database_for_the_service_and_is_repeated(old):
    with closing(old.connect()) as somebody:
        somebody.run("BEGIN")
        somebody.run(AN_EVENT)
        with pytest.raises(sqlalchemy.exc.DBAPIError, match="lock timeout"):
            upgrade(patience=0.2)

    assert old.rows("SELECT version_num FROM alembic_version") == [{"version_num": "0015"}]
    assert [row["indisvalid"] for row in old.rows(INDEXES)] == [False, True, True]
    deliver([turn()])
    deliver([turn()])
    upgrade()
    assert definitions(old) == [KEY]
    assert reference.stored(old) == reference.tables([turn()])


def test_a_key_that_was_built_is_not_built_again(old):
    old.rows("CREATE UNIQUE INDEX events_by_time ON events (sender_id, timestamp, id)")
    built = old.rows("SELECT 'events_by_time'::regclass::oid::bigint AS oid")[0]["oid"]

    upgrade()

    assert old.rows(INDEXES) == [{"oid": built, "definition": KEY, "indisvalid": True}]


def test_one_who_reads_for_long_does_not_keep_others_from_reading(old, pool):
    with closing(old.connect()) as somebody:
        somebody.run("BEGIN")
        somebody.run("SELECT FROM events")
        deployment = pool.submit(upgrade)
        until(old, "SELECT FROM pg_locks WHERE relation = 'events'::regclass AND mode = 'AccessExclusiveLock'")
        began = time.monotonic()
        assert old.rows("SELECT count(*) AS n FROM events") == [{"n": 0}]
        assert time.monotonic() - began < 30, "the lock is waited for two seconds at a time, not for a minute"
        assert not deployment.done()

    assert deployment.result(PATIENCE) == newest(configuration())
