"""Parlance's tables in the tracker database: made once, found ever after, added to when a newer one starts."""

import logging
import os
from typing import Any

import psycopg2
import sqlalchemy as sa
from sqlalchemy import exc

from parlance_rasa.connection import patiently, quoted
from parlance_rasa.errors import reason

logger = logging.getLogger(__name__)
_PRESENT = sa.text(
    "SELECT to_regclass('parlance_events') IS NOT NULL, to_regclass('parlance_outbox_by_turn') IS NOT NULL"
)
_ALONE = sa.text("SELECT pg_advisory_xact_lock(hashtext('parlance schema'))")


def install(engine: Any, wait_s: float) -> None:
    """Create what is missing beside Rasa's own table; several servers may do it at once, and later ones do nothing.

    Servers that run meanwhile go on; a deadlock with one of their turns is tried again for `wait_s` seconds.
    """
    with engine.connect() as connection:
        tables, indexed = connection.execute(_PRESENT).one()
    if tables and indexed:
        return
    try:
        patiently(lambda: _create(engine), wait_s)
    except exc.ProgrammingError as error:
        if not (tables and isinstance(error.orig, psycopg2.errors.InsufficientPrivilege)):
            raise
        logger.warning("The index parlance_outbox_by_turn is missing, and this role may not make it: %s", reason(error))


def _create(engine: Any) -> None:
    own = os.environ.get("POSTGRESQL_SCHEMA")
    with engine.begin() as connection:
        connection.execute(_ALONE)
        if own:  # Rasa's own variable for a schema beside the others: an environment's, in one database
            connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS " + quoted(own).replace("%", "%%"))
        connection.exec_driver_sql(_statements())


def _statements() -> str:
    with open(os.path.join(os.path.dirname(__file__), "schema.sql"), encoding="utf-8") as file:
        return file.read()
