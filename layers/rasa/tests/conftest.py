import asyncio
import contextlib
import random
import string

import hypothesis
import pytest
from sanic.touchup import TouchUp
from support.emulator import Emulator
from support.postgres import Postgres
from support.talking import DOMAIN

from parlance_rasa.tracker_store import TurnTrackerStore
from parlance_rasa.turn import current_ticket

# The same examples each time, however slow the machine is; LOCK_EXAMPLES searches for others.
CALM = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("calm", deadline=None, derandomize=True, suppress_health_check=CALM)
hypothesis.settings.load_profile("calm")

_rewrite = TouchUp.run


def rewrite_once(app):
    """Sanic rewrites its own code when a server starts; a second time in one process it stumbles over the first."""
    with contextlib.suppress(KeyError):
        _rewrite(app)


TouchUp.run = rewrite_once


@pytest.fixture(scope="session")
def postgres():
    server = Postgres()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def database(postgres):
    """An empty database, as the settings of a tracker store."""
    postgres.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return {"host": "127.0.0.1", "port": postgres.port, "username": "postgres", "password": "", "db": "postgres"}


@pytest.fixture
def rows(database, postgres):
    """Run a query in the test's database and return its rows."""
    return postgres.query


@pytest.fixture
def open_store(database):
    opened = []

    def build(event_broker=None, **settings):
        store = TurnTrackerStore(DOMAIN, event_broker=event_broker, **dict(database, **settings))
        opened.append(store)
        return store

    yield build
    for store in opened:
        store.database.close()
        store.engine.dispose()


@pytest.fixture(scope="session")
def started_emulator():
    server = Emulator()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def emulator(started_emulator):
    """The emulator with an empty queue."""
    started_emulator.empty()
    return started_emulator


@pytest.fixture
def run():
    """Run a coroutine to its end, with a ticket as the lock store sets it."""

    def execute(coroutine, ticket=None):
        async def with_ticket():
            current_ticket.set(ticket)
            return await coroutine

        return asyncio.run(with_ticket())

    return execute


@pytest.fixture
def random_text():
    """Text that no compression makes small, the same in every run."""
    source = random.Random(1)
    return lambda size: "".join(source.choices(string.ascii_letters + string.digits, k=size))
