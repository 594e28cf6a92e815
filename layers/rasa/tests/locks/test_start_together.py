"""Nodes that start at the same moment on a service that none has used before."""

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
import redis
from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig

from parlance_rasa.locks.postgres import PostgresQueues
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
def test_the_table_on_postgresql_is_made_by_many_at_once(lock_database, is_alone):
    for number in range(ROUNDS):
        table = "together_%d_%d" % (is_alone, number)
        nodes = [PostgresQueues(lock_database, table, 10.0) for _ in range(NODES)]
        for node in nodes:
            if not is_alone:
                node._statements["create"] = node._statements["create"].split(";")[1]
        waiting = iter(nodes)
        together(lambda waiting=waiting: insist(next(waiting).prepare, Patience(), print))

        assert nodes[0].take("somebody", "me", 1, 5).tickets == {"me": 1}
        with psycopg2.connect(**lock_database) as connection:
            connection.cursor().execute("DROP TABLE " + table)


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
