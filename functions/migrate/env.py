"""Alembic's entry point: one migration at a time, on the workbench's own connection."""

from alembic import context
from sqlalchemy import text

from parlance.adapters.database import engine

LOCK = 0x7061726C  # "parl": every deployment of this database queues here


def migrate() -> None:
    """Run what is missing; a second deployment waits for the first, but not for ever."""
    patience = {"milliseconds": str(int(context.config.attributes["patience"] * 1000))}
    with engine().connect() as connection:
        connection.execute(text("SELECT set_config('lock_timeout', :milliseconds, false)"), patience)
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
