import asyncio
import uuid

import psycopg2
import pytest
from postgres import Postgres
from rasa.shared.core.domain import Domain

from parlance_rasa.tracker_store import TurnTrackerStore


@pytest.fixture(scope="session")
def postgres():
    server = Postgres()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def database(postgres):
    """An empty database of its own, as the settings of a tracker store."""
    name = "t" + uuid.uuid4().hex[:12]
    connection = psycopg2.connect(host="127.0.0.1", port=postgres.port, user="postgres", dbname="postgres")
    connection.autocommit = True
    connection.cursor().execute("CREATE DATABASE " + name)
    connection.close()
    return {"host": "127.0.0.1", "port": postgres.port, "username": "postgres", "password": "", "db": name}


@pytest.fixture
def rows(database):
    """Run a query in the test's database and return its rows."""

    def run(sql, *values):
        with psycopg2.connect(
            host="127.0.0.1", port=database["port"], user="postgres", dbname=database["db"]
        ) as connection:
            cursor = connection.cursor()
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    return run


@pytest.fixture
def domain():
    return Domain.from_dict({"intents": ["greet"], "slots": {"name": {"type": "text", "mappings": [{"type": "from_text"}]}}})


@pytest.fixture
def open_store(database, domain):
    opened = []

    def build(**settings):
        store = TurnTrackerStore(domain, **dict(database, **settings))
        opened.append(store)
        return store

    yield build
    for store in opened:
        store.engine.dispose()


@pytest.fixture
def run():
    return asyncio.run
