"""Alembic's entry point: one migration at a time, on the workbench's own connection."""

from alembic import context
from sqlalchemy import text

from parlance.adapters.database import engine

LOCK = 0x7061726C  # "parl": every deployment of this database queues here


def migrate() -> None:
    """Run what is missing; a second deployment waits at most a minute for the first, then fails."""
    with engine().connect() as connection:
        connection.execute(text("SET lock_timeout = '60s'"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        connection.commit()
        try:
            run(connection)
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
            connection.execute(text("RESET lock_timeout"))
            connection.commit()


def run(connection: object) -> None:
    """Apply all revisions in one transaction: all or nothing."""
    context.configure(connection=connection)  # type: ignore[arg-type]
    with context.begin_transaction():
        context.run_migrations()


migrate()
