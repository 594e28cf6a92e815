"""Statements that nobody waits for: in order, all or nothing, and whoever sent them hears of every error."""

import struct
from threading import get_ident

import pytest
from pg8000.exceptions import DatabaseError

from parlance.adapters import native
from parlance.domain.errors import Invalid
from parlance.settings import settings
from tests.support.turns import BASE

SEE = "INSERT INTO seen_texts (sender_id, hash) SELECT :sender, CAST(:hash AS uuid)"
COUNT = "SELECT count(*) FROM seen_texts WHERE sender_id = :sender"
COPY = "COPY turns (sender_id, turn, started_at, overlap) FROM STDIN"
HASH = "00000000-0000-0000-0000-00000000000"


def transact(work):
    """Run it, and return what it returns and the connection that did it."""
    return native.transact(settings().database_secret, work)


def connection():
    """Return this thread's connection."""
    return native.session(settings().database_secret, get_ident()).connection


def see(run, number, **how):
    """Store one text of web-1."""
    return run(SEE, sender="web-1", hash=f"{HASH}{number}", **how)


def test_answers_belong_to_their_statements(database):
    def work(run):
        rows = [see(run, 1, later=True), run(COPY, stream=[f"web-1\t{BASE}\t1\tf\n".encode()], later=True)]
        return [*rows, run(COUNT, sender="web-1"), see(run, 2, later=True), run("SELECT count(*) FROM turns")]

    assert transact(work) == [[], [], [[1]], [], [[1]]]
    assert database.rows("SELECT count(*) AS n FROM seen_texts") == [{"n": 2}]


@pytest.mark.parametrize("waits", [True, False])
def test_error_of_a_statement_that_nobody_waited_for_undoes_all(database, waits):
    def work(run):
        see(run, 1, later=True)
        run(SEE, sender="web-1", hash="no uuid", later=True)
        see(run, 2, later=True)
        return run(COUNT, sender="web-1") if waits else None

    with pytest.raises(Invalid, match="22P02"):
        transact(work)

    assert database.rows("SELECT FROM seen_texts") == []


def test_copy_that_is_refused_undoes_all_and_the_connection_goes_on(database):
    transact(lambda run: see(run, 1))
    before = connection()

    with pytest.raises(Invalid, match="22P02"):
        transact(lambda run: run(COPY, stream=[b"web-1\tno number\t1\tf\n", b"web-1\t1\t1\tf\n" * 9999], later=True))

    assert transact(lambda run: run(COUNT, sender="web-1")) == [[1]]
    assert connection() is before
    assert database.rows("SELECT FROM turns") == []


def test_copy_whose_data_break_off_undoes_all_and_the_connection_goes_on(database):
    def broken():
        yield f"web-1\t{BASE}\t1\tf\n".encode()
        raise struct.error("int too large to convert")

    def work(run):
        see(run, 1, later=True)
        run(COPY, stream=broken(), later=True)

    transact(lambda run: run(COUNT, sender="web-1"))
    before = connection()
    with pytest.raises(Invalid, match="a value cannot be stored"):
        transact(work)

    assert before.run("SELECT count(*) FROM seen_texts") == [[0]]
    assert transact(lambda run: run("SELECT count(*) FROM turns")) == [[0]]


def test_nothing_runs_behind_a_begin_that_fails_alone(database):
    def work(run):
        see(run, 1, later=True)
        see(run, 2, later=True)
        return run(COUNT, sender="web-1")

    transact(lambda run: (see(run, 3, later=True), run(COUNT, sender="web-1")))
    session = native.session(settings().database_secret, get_ident())
    native.session.cache_clear()  # nobody else gets it
    session.connection.run(f"DEALLOCATE {session.pipeline.prepared['BEGIN'].name_bin[:-1].decode()}")

    with pytest.raises(DatabaseError, match="26000"):
        session.transact(work)

    assert session.connection.run("SELECT count(*) FROM seen_texts") == [[1]]
