"""The tracker store's database, where the deployment made a database server with room for it."""

from __future__ import annotations

from contextlib import closing

from parlance.adapters.aws import secret_json
from parlance.adapters.database import connect_native, connection_arguments
from parlance.settings import settings

MISSING = "3D000"
"""SQLSTATE of a database that does not exist."""


def ensure_tracker_database() -> bool:
    """Create the tracker store's database if its server says that there is none; tells whether it did.

    Only that answer counts: a server that does not answer, or asks for another password, is not this one's business.
    """
    from pg8000.exceptions import DatabaseError, InterfaceError

    name = settings().tracker_database_secret
    if not name:
        return False
    try:
        connect_native(name).close()
    except DatabaseError as error:
        return isinstance(error.args[0], dict) and error.args[0].get("C") == MISSING and create(name)
    except (InterfaceError, OSError):
        return False
    return False


def create(name: str) -> bool:
    """Create the database that the secret describes, from the workbench's own on the same server."""
    import pg8000.native

    wanted, own = secret_json(name), secret_json(settings().database_secret)
    with closing(pg8000.native.Connection(**connection_arguments({**wanted, "dbname": own["dbname"]}))) as connection:
        connection.run(f"CREATE DATABASE {pg8000.native.identifier(wanted['dbname'])}")
    return True
