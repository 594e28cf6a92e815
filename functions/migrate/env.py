"""Alembic's entry point: one migration at a time, on the workbench's own connection."""

import time

from alembic import context
from sqlalchemy import text
from sqlalchemy.engine import Connection

from parlance.adapters.database import engine
from parlance.domain.errors import Unavailable

LOCK = 0x7061726C  # "parl": every deployment of this database queues here


def migrate() -> None:
    """Run what is missing; a second deployment waits for the first, but not for ever."""
    patience = context.config.attributes["patience"]
    milliseconds = {"milliseconds": str(int(patience * 1000))}
    with engine().connect() as connection:
        connection.execute(text("SELECT set_config('lock_timeout', :milliseconds, false)"), milliseconds)
        connection.commit()
        queue_up(connection, patience)
        try:
            run(connection)
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
            connection.execute(text("RESET lock_timeout"))
            connection.commit()


def queue_up(connection: Connection, patience: float) -> None:
    """Wait until no other deployment is at work, so many seconds at most.

    By asking again: who waits inside a statement is in a transaction, and who builds an index beside others' work waits
    until all those have ended. They would wait for each other.
    """
    give_up = time.monotonic() + patience
    while not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}).scalar():
        connection.rollback()
        if time.monotonic() > give_up:
            raise Unavailable("another deployment is migrating this database")
        time.sleep(0.1)
    connection.commit()


def run(connection: Connection) -> None:
    """Apply all revisions in one transaction; one that cannot (0016) commits those before it."""
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


migrate()
