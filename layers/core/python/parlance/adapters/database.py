"""Connections to PostgreSQL by pg8000, with TCP_NODELAY: without it mid-size statements stall for 40 ms."""

from __future__ import annotations

import socket
from functools import cache
from typing import TYPE_CHECKING, Any

from parlance.adapters.aws import secret_json
from parlance.settings import settings

if TYPE_CHECKING:
    from sqlalchemy import Engine


LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


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
        "ssl_context": encryption(secret),
        "application_name": "parlance",
    }


def encryption(secret: dict[str, Any]) -> Any:
    """Return TLS for a server elsewhere; False for one on this machine, or where the secret says `sslmode: disable`.

    Without a word it encrypts and does not ask who answers, like libpq's `require`; `verify-full` asks. pg8000's own
    default does the former too, but loads the system's certificates for every connection, which takes 40 ms and more.
    """
    mode = secret.get("sslmode", "disable" if secret["host"] in LOOPBACK else "require")
    if mode == "disable":
        return False
    import ssl

    if mode == "verify-full":
        return ssl.create_default_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


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
