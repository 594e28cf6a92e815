"""Parlance's tables in the tracker database: made once, found ever after."""

import os
from typing import Any

import sqlalchemy as sa

_PRESENT = sa.text("SELECT to_regclass('parlance_events') IS NOT NULL")
_ALONE = sa.text("SELECT pg_advisory_xact_lock(hashtext('parlance schema'))")


def install(engine: Any) -> None:
    """Create what is missing beside Rasa's own table; several servers may do it at once, and later ones do nothing."""
    with engine.connect() as connection:
        if connection.execute(_PRESENT).scalar():
            return
    own = os.environ.get("POSTGRESQL_SCHEMA")
    with engine.begin() as connection:
        connection.execute(_ALONE)
        if own:  # Rasa's own variable for a schema beside the others: an environment's, in one database
            connection.exec_driver_sql('CREATE SCHEMA IF NOT EXISTS "%s"' % own.replace('"', '""'))
        connection.exec_driver_sql(_statements())


def _statements() -> str:
    with open(os.path.join(os.path.dirname(__file__), "schema.sql"), encoding="utf-8") as file:
        return file.read()
