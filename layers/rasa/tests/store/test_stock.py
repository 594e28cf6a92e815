"""Side by side with stock Rasa in one database: adopted in place, readable by it, and ready to go back to it."""

import pytest
from rasa.core.tracker_store import SQLTrackerStore
from support.talking import DOMAIN, as_dicts, said, talk, turn


@pytest.fixture
def stock(database):
    store = SQLTrackerStore(DOMAIN, dialect="postgresql", **database)
    yield store
    store.engine.dispose()


def test_a_stock_database_is_adopted_in_place(stock, open_store, rows, run):
    before = run(talk(stock, "web-1", *turn("before")))
    columns = rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'events' ORDER BY 1")

    ours = open_store()
    found = run(ours.retrieve("web-1"))
    run(talk(ours, "web-1", *turn("after")), ticket=1000)

    assert as_dicts(found) == as_dicts(before)
    assert rows("SELECT turn, prev_turn, overlap FROM parlance_turns") == [(1000, None, False)]
    assert columns == rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'events' ORDER BY 1")


def test_stock_rasa_reads_and_continues_what_we_wrote(open_store, rows, run, database):
    ours = open_store()
    run(talk(ours, "web-1", *turn("ours")))

    stock = SQLTrackerStore(DOMAIN, dialect="postgresql", **database)
    assert as_dicts(run(stock.retrieve("web-1"))) == as_dicts(run(ours.retrieve("web-1")))
    tracker = run(talk(stock, "web-1", *turn("stock")))
    stock.engine.dispose()

    assert as_dicts(run(ours.retrieve("web-1"))) == as_dicts(tracker)


def test_a_turn_that_overlaps_one_of_stock_rasa_is_flagged_too(stock, open_store, rows, run):
    ours = open_store()
    run(talk(ours, "web-1", *turn("one")))

    async def overlap():
        tracker = await ours.retrieve("web-1")
        tracker.update(said("mine"))
        await talk(stock, "web-1", said("theirs"))
        await ours.save(tracker)

    run(overlap())

    assert rows("SELECT overlap FROM parlance_turns ORDER BY turn") == [(False,), (True,)]


def test_a_second_start_changes_nothing_and_needs_no_right_to_create(open_store, rows, run):
    run(talk(open_store(), "web-1", *turn("hi")))
    rows("DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    rows("GRANT USAGE ON SCHEMA public TO guest; GRANT ALL ON ALL TABLES IN SCHEMA public TO guest")
    rows("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO guest")

    store = open_store(username="guest")
    run(talk(store, "web-1", *turn("again")))

    assert rows("SELECT count(*) FROM parlance_turns") == [(2,)]
    rows("DROP OWNED BY guest; DROP ROLE guest")


def test_the_last_event_of_a_conversation_is_one_index_probe(open_store, rows):
    open_store()
    rows("INSERT INTO events (sender_id, type_name) SELECT 'c' || mod(i, 50), 'user' FROM generate_series(1, 20000) i")
    rows("ANALYZE events")

    plan = "\n".join(line for (line,) in rows("EXPLAIN SELECT max(id) FROM events WHERE sender_id = 'c1'"))

    assert "Index Only Scan Backward using parlance_events_by_conversation" in plan
