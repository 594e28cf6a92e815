"""Connections to PostgreSQL by pg8000, with TCP_NODELAY: without it mid-size statements stall for 40 ms."""

from __future__ import annotations

import socket
from functools import cache
from typing import TYPE_CHECKING, Any

from parlance.adapters.aws import secret_json
from parlance.settings import settings

if TYPE_CHECKING:
    from sqlalchemy import Engine


def connection_arguments(secret: dict[str, Any]) -> dict[str, Any]:
    """Turn an RDS-shaped secret into pg8000's arguments; the socket is opened here to set TCP_NODELAY."""
    address = (secret["host"], int(secret["port"]))
    sock = socket.create_connection(address, timeout=5)
    sock.settimeout(None)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return {
        "user": secret["username"],
        "password": secret["password"],
        "database": secret["dbname"],
        "host": secret["host"],
        "port": int(secret["port"]),
        "sock": sock,
        "application_name": "parlance",
    }


def connect(secret_name: str) -> Any:
    """Open a DB-API connection to the database that the secret describes."""
    import pg8000.dbapi

    return pg8000.dbapi.connect(**connection_arguments(secret_json(secret_name)))


def connect_native(secret_name: str) -> Any:
    """Open a pg8000.native connection (no SQLAlchemy: the event consumer's lean path)."""
    import pg8000.native

    return pg8000.native.Connection(**connection_arguments(secret_json(secret_name)))


@cache
def engine() -> Engine:
    """Return the one SQLAlchemy engine of the workbench's database; a function serves one request at a time."""
    import sqlalchemy

    name = settings().database_secret
    return sqlalchemy.create_engine(
        "postgresql+pg8000://",
        creator=lambda: connect(name),
        pool_size=1,
        max_overflow=4,
        pool_pre_ping=True,
        hide_parameters=True,  # an error must not quote what a user wrote
    )
