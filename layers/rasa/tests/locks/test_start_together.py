"""Nodes that start at the same moment on a service that none has used before."""

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
import redis
from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig

from parlance_rasa.locks import postgres
from parlance_rasa.locks.calls import Connections
from parlance_rasa.locks.libpq import Connection
from parlance_rasa.locks.service import Patience, insist

from .conftest import KINDS

NODES, ROUNDS = 8, 25


def together(act):
    """Call it NODES times at once; return what came of each, and raise what one raised."""
    line = threading.Barrier(NODES)

    def one(_):
        line.wait()
        return act()

    with ThreadPoolExecutor(NODES) as pool:
        return list(pool.map(one, range(NODES)))


@pytest.mark.parametrize("is_alone", [True, False], ids=["with the lock", "beside a node of an older version"])
def test_the_table_on_postgresql_is_made_by_many_at_once(lock_database, is_alone, monkeypatch):
    if not is_alone:
        monkeypatch.setitem(postgres.STATEMENTS, "create", postgres.STATEMENTS["create"].split(";")[1])
    for number in range(ROUNDS):
        table = "together_%d_%d" % (is_alone, number)
        pools = [Connections(lambda: Connection(lock_database, 10.0), 10.0, 2) for _ in range(NODES)]
        waiting = iter(pools)
        together(lambda waiting=waiting, table=table: start(next(waiting), table))

        assert postgres.queues(pools[0], table).threads.take("somebody", "me", 1, 5).tickets == {"me": 1}
        for pool in pools:
            pool.close()
        with psycopg2.connect(**lock_database) as connection:
            connection.cursor().execute("DROP TABLE " + table)


def start(pool, table):
    insist(lambda: postgres.prepare(pool, table), Patience(), print)


def test_every_kind_of_store_is_started_by_many_at_once(kind, options, request):
    if kind == "redis":
        redis.Redis(port=options["port"], db=9).flushdb()
        options = dict(options, db=9)
    if kind == "postgres":
        options = dict(options, table="started_together")
    config = EndpointConfig(type=KINDS[kind], metrics=0, **options)

    stores = together(lambda: LockStore.create(config))

    tickets = [store.issue_ticket("all-" + kind) for store in stores]
    assert tickets == sorted(set(tickets))
    for store in stores:
        store.close()
