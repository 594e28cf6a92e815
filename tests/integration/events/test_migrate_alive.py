"""Migrations of an installation in which people talk: nobody is the victim, neither they nor the deployment."""

import time
from contextlib import closing, suppress
from threading import Thread

import pg8000.native
import pytest

from functions.migrate.app import configuration, newest, upgrade
from tests.support.database import of_release

BATCH = (
    "INSERT INTO conversations (sender_id) VALUES ('web-1')",
    "SELECT FROM conversations WHERE sender_id = 'web-1' FOR UPDATE",
    "INSERT INTO turns (sender_id, turn, started_at, overlap) VALUES ('web-1', 1, 1, false)",
    "UPDATE conversations SET n_events = 1 WHERE sender_id = 'web-1'",
    "INSERT INTO seen_names VALUES ('web-1', 'environment', 'production')",
    "INSERT INTO conversation_sessions (sender_id, started_at) VALUES ('web-1', 0)",
)
"""How the event service of the releases before stored one, statement after statement."""
WAITING = """
SELECT count(*) AS n FROM pg_locks JOIN pg_class ON pg_class.oid = relation
WHERE NOT granted AND relname IN ('conversations', 'conversation_sessions', 'seen_names')
"""


@pytest.fixture(params=["0012", "0014"])
def old(postgres, request):
    """A database of a release before."""
    with of_release(postgres, request.param) as place:
        yield place


class Deployment(Thread):
    """A migration beside the test."""

    revision = None
    failure = None

    def run(self):
        try:
            self.revision = upgrade()
        except Exception as error:  # noqa: BLE001  the test looks at it
            self.failure = error

    def begin(self, database):
        """Start it, and go on when it waits for somebody."""
        self.start()
        give_up = time.monotonic() + 240
        while not database.rows(WAITING)[0]["n"] and self.is_alive() and time.monotonic() < give_up:
            time.sleep(0.02)

    def end(self):
        """See it succeed."""
        self.join(timeout=120)
        assert self.failure is None
        assert self.revision == newest(configuration())


@pytest.mark.parametrize("done", [1, 4, 5])
def test_migration_waits_for_a_batch_that_is_being_stored(old, done):
    deployment = Deployment()

    with closing(old.connect()) as service:
        service.run("BEGIN")
        for statement in BATCH[:done]:
            service.run(statement)
        deployment.begin(old)
        for statement in BATCH[done:]:
            service.run(statement)
        service.run("COMMIT")

    deployment.end()
    assert old.rows("SELECT names FROM seen_names") == [{"names": ["environment:production"]}]
    assert old.rows("SELECT sender_id, n_events FROM conversations") == [{"sender_id": "web-1", "n_events": 1}]


def test_migration_goes_on_after_a_deadlock_with_one_who_reads_and_then_writes(old):
    deployment = Deployment()

    with closing(old.connect()) as reader:
        reader.run("BEGIN")
        for table in ("conversations", "conversation_sessions", "seen_names"):
            reader.run(f"SELECT FROM {table}")
        deployment.begin(old)
        with suppress(pg8000.native.DatabaseError):  # who of the two is disturbed is PostgreSQL's choice
            reader.run("UPDATE conversations SET review_status = 'reviewed'")
        reader.run("ROLLBACK")

    deployment.end()
