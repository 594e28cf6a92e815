"""How the store talks to PostgreSQL: what a session is told, what its statements cost, when the server gives up."""

import contextlib
import logging
import weakref

import psycopg2
import pytest
from support.emulator import wait_until
from support.pooler import Pooler
from support.talking import as_dicts, said, session_start, talk, turn

from parlance_rasa import connection, journal
from parlance_rasa.connection import ANSWER_WITHIN_S, Session
from parlance_rasa.errors import TurnFailed
from parlance_rasa.tasks import startup

STATEMENTS = [
    "parlance_extent('web-1')",
    "parlance_read('web-1', false)",
    "parlance_read('web-1', true)",
    "parlance_count('web-1', false)",
    "parlance_save('web-1', 1, 1, true, '', '{user}', '{1}', '{greet}', '{a}', '{x}')",
]
COMPILED_ABOVE = 100_000  # PostgreSQL's jit_above_cost; a plan that cannot avoid what is disabled costs 1e10
INDEX = "SELECT count(*) FROM pg_indexes WHERE indexname = 'parlance_outbox_by_turn'"
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture
def pooler(postgres):
    door = Pooler(postgres.port)
    yield door
    door.close()


@pytest.fixture(params=["public", 'Its "own" 100%'], ids=["public", "a schema of its own"])
def schema(request, rows, monkeypatch):
    """Where the tables go: the second one is named by Rasa's own variable."""
    if request.param != "public":
        monkeypatch.setenv("POSTGRESQL_SCHEMA", request.param)
    yield request.param
    rows('DROP SCHEMA IF EXISTS "Its ""own"" 100%%" CASCADE')


def cost(lines):
    return float(lines[0][0].split("..")[1].split(" ")[0])


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
def test_every_statement_has_its_index_and_none_is_worth_compiling(open_store, run, mode):
    store = open_store()

    async def plans():
        for statement in STATEMENTS:
            asked = "SET plan_cache_mode = %s; EXPLAIN EXECUTE %s" % (mode, statement)
            yield statement, await store.database.ask(asked)

    async def costs():
        return {statement: cost(lines) async for statement, lines in plans()}

    assert {name: found for name, found in run(costs()).items() if found > COMPILED_ABOVE} == {}


def test_a_session_compiles_nothing_and_gives_up_before_its_caller_does(open_store, run):
    store = open_store()
    asked = """SELECT current_setting('jit'), extract(epoch FROM current_setting('lock_timeout')::interval),
        extract(epoch FROM current_setting('statement_timeout')::interval)"""

    ((jit, lock_s, statement_s),) = run(store.database.ask(asked))

    assert jit == "off"
    assert 0 < float(lock_s) + float(statement_s) < ANSWER_WITHIN_S
    assert min(lock_s, statement_s) > 0


def test_a_session_costs_one_question(open_store, run, monkeypatch):
    store, asked = open_store(), []
    send = Session.send
    monkeypatch.setattr(Session, "send", lambda session, request: asked.append(request) or send(session, request))

    session = store.database._connections.open()

    session.close()
    assert len(asked) == 1


def test_a_database_of_before_the_index_gets_it_at_the_next_start(open_store, rows, run):
    run(talk(open_store(), "web-1", *turn("before")))
    rows("DROP INDEX parlance_outbox_by_turn")

    run(talk(open_store(), "web-1", *turn("after")))

    assert rows(INDEX) == [(1,)]
    assert rows("SELECT count(*) FROM parlance_turns") == [(2,)]


def test_without_the_right_to_make_the_index_it_starts_and_says_so(open_store, rows, run, caplog):
    open_store()
    rows("DROP INDEX parlance_outbox_by_turn; DROP ROLE IF EXISTS lodger; CREATE ROLE lodger LOGIN")
    rows("GRANT ALL ON SCHEMA public TO lodger; GRANT ALL ON ALL TABLES IN SCHEMA public TO lodger")
    rows("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO lodger")

    with caplog.at_level(logging.WARNING):
        run(talk(open_store(username="lodger"), "web-1", *turn("hi")))

    assert rows("SELECT count(*) FROM parlance_turns") == [(1,)]
    assert "parlance_outbox_by_turn is missing" in caplog.text
    rows("DROP OWNED BY lodger; DROP ROLE lodger")


def test_behind_a_pooler_turns_are_saved_and_read(open_store, rows, run, pooler, schema):
    store, cold = open_store(port=pooler.port), open_store(port=pooler.port)

    tracker = run(talk(store, "web-1", *turn("hi")))

    assert as_dicts(run(cold.retrieve("web-1"))) == as_dicts(tracker)
    assert rows("SELECT schemaname FROM pg_tables WHERE tablename = 'parlance_turns'") == [(schema,)]


@pytest.mark.parametrize("given", [{"options": "-csearch_path=public"}, {"connect_timeout": "7"}])
def test_what_endpoints_yml_tells_libpq_is_kept(open_store, rows, run, given):
    store = open_store(query=given)

    run(talk(store, "web-1", *turn("hi")))

    assert rows("SELECT count(*) FROM parlance_turns") == [(1,)]
    assert given.items() <= connection.arguments_of(store.engine).items()
    assert "options" not in connection.arguments_of(open_store().engine)


def test_a_store_whose_turns_would_fail_does_not_start(open_store, rows):
    rows("CREATE TABLE events (id bigserial, sender_id varchar, type_name varchar, timestamp float, data text)")

    with pytest.raises(psycopg2.ProgrammingError, match="does not exist"):
        open_store()


@contextlib.contextmanager
def somebody_saves(database, sender_id):
    """Hold what a save of the conversation waits for."""
    other = psycopg2.connect(host="127.0.0.1", port=database["port"], user="postgres", dbname="postgres")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sender_id])
    yield
    other.close()


def test_a_turn_that_was_told_as_not_saved_is_not_saved_later(open_store, database, rows, run, monkeypatch):
    shorter = connection.SETTINGS.replace("'20s'", "'300ms'")
    assert shorter != connection.SETTINGS
    monkeypatch.setattr(connection, "SETTINGS", shorter)
    store = open_store(patience_s=0)

    with somebody_saves(database, "web-1"):
        with pytest.raises(TurnFailed):
            run(talk(store, "web-1", said("hi")))
        assert rows(WAITING) == [(0,)]  # the server has given up too

    assert rows("SELECT count(*) FROM events") == [(0,)]


def test_an_idle_connection_keeps_no_words(open_store, rows, run, monkeypatch):
    store, cold, cursors = open_store(), open_store(), []
    send = Session.send

    def watched(session, request):
        send(session, request)
        cursors.append(weakref.ref(session._cursor))

    async def conversation():
        await talk(store, "web-1", *session_start())
        await talk(store, "web-1", *turn("my secret"))
        await cold.retrieve("web-1")
        store._outbox.forget([1])

    monkeypatch.setattr(Session, "send", watched)
    run(conversation())

    assert len(cursors) > 3
    assert [cursor for cursor in cursors if cursor()] == []


def test_keys_are_asked_for_in_portions(open_store, rows, run, monkeypatch):
    store = open_store()
    rows("INSERT INTO events (sender_id, type_name) SELECT 'c' || i %% 25, 'user' FROM generate_series(1, 100) i")
    monkeypatch.setattr(journal, "PORTION", 10)

    found = run(store.keys())

    assert sorted(found) == sorted("c%d" % number for number in range(25))


def test_the_start_check_lets_go_of_its_connections(open_store, rows, run):
    mine = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'let go'"
    store = open_store(query={"application_name": "let go"})
    assert rows(mine)[0][0] > 0

    run(startup._let_go(store))

    wait_until(lambda: rows(mine) == [(0,)])
