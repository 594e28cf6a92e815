"""Migrations of an installation in which people talk: nobody is the victim, neither they nor the deployment."""

import time
from contextlib import closing, suppress
from threading import Thread

import pg8000.native
import pytest
from alembic import command

from functions.events.app import handler
from functions.migrate.app import configuration, newest, upgrade
from parlance.adapters import event_store
from tests.support import moodbot, reference
from tests.support.database import created, in_use
from tests.support.turns import turn

BEFORE = "0012"
WAITING = """
SELECT count(*) AS n FROM pg_locks JOIN pg_class ON pg_class.oid = relation
WHERE NOT granted AND relname IN ('conversations', 'conversation_sessions')
"""


@pytest.fixture
def old(postgres):
    """A database of the release before."""
    with created(postgres, "template1") as place, in_use(place):
        config = configuration()
        config.attributes["patience"] = 60
        command.upgrade(config, BEFORE)
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


def test_migration_waits_for_a_batch_that_is_being_stored(old, monkeypatch):
    deployment, stored = Deployment(), []
    write_sessions = event_store.write_sessions

    def meanwhile(run, moments, known):
        if not stored:
            deployment.begin(old)
        stored.append(moments)
        write_sessions(run, moments, known)

    monkeypatch.setattr(event_store, "write_sessions", meanwhile)

    assert handler(moodbot.batch([turn()]), None) == {"batchItemFailures": []}

    deployment.end()
    assert len(stored) == 1, "the batch was the victim, and stored at the second try"
    assert reference.stored(old) == reference.tables([turn()])


def test_migration_goes_on_after_a_deadlock_with_one_who_reads_and_then_writes(old):
    handler(moodbot.batch([turn()]), None)
    deployment = Deployment()

    with closing(old.connect()) as reader:
        reader.run("BEGIN")
        reader.run("SELECT FROM conversations JOIN conversation_sessions USING (sender_id)")
        deployment.begin(old)
        with suppress(pg8000.native.DatabaseError):  # who of the two is disturbed is PostgreSQL's choice
            reader.run("UPDATE conversations SET review_status = 'reviewed'")
        reader.run("ROLLBACK")

    deployment.end()
