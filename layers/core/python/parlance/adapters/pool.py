"""Connections for functions that answer people: kept, with prepared statements, and no round trip that asks nothing.

A statement of its own takes one round trip: no transaction around it, no question before it whether the server still
answers. A connection that the server has closed is seen by its socket; only one that lay still for long is asked.
"""

from __future__ import annotations

import select
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

from parlance.adapters.aws import secret
from parlance.adapters.database import connect_native
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pg8000.native import PreparedStatement

STILL_S = 30.0
"""Seconds after which a network may have forgotten a connection without telling either end."""
MOST_PREPARED = 200
TYPES = {str: 1043, float: 701, bool: 16, bytes: 17, UUID: 2950}
"""PostgreSQL's types of values, by their numbers; of others PostgreSQL reads the type from the statement."""
LOCKED_OUT = "28"
"""The password is wrong: it was changed, and the secret must be read again."""
MIGRATED = "0A000"
"""A prepared statement's columns have changed: what this connection has prepared is no longer true."""
_idle: dict[str, list[Session]] = {}


class Session:
    """A connection, the statements that it has prepared, and whether its last one came to an end."""

    def __init__(self, connection: Any) -> None:
        """Plan every statement for its values: which filter finds much and which little differs by what is asked."""
        self.connection, self.is_whole = connection, True
        self.prepared: dict[Any, tuple[PreparedStatement, list[str]]] = {}
        self.used = time.monotonic()
        self.told = select.poll()
        self.told.register(connection._usock, select.POLLIN)  # noqa: SLF001  pg8000 gives no other way to it
        self.connection.run("SET plan_cache_mode = force_custom_plan")

    def run(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        """Execute a statement, prepared at its first use; return its rows as dicts."""
        self.is_whole = False
        rows = self._executed(sql, values)
        self.is_whole, self.used = True, time.monotonic()
        return rows

    def _executed(self, sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
        from pg8000.exceptions import DatabaseError

        try:
            statement, names = self.prepare(sql, values)
            return [dict(zip(names, row, strict=True)) for row in statement.run(**values) or []]
        except DatabaseError as error:
            self.is_whole = sqlstate(error) != MIGRATED  # the server refused, and waits for the next statement
            raise

    def prepare(self, sql: str, values: dict[str, Any]) -> tuple[PreparedStatement, list[str]]:
        """Return the prepared statement for values of these types, and the names of its columns."""
        kinds = {name: _type(value) for name, value in values.items()}
        key = (sql, *kinds.values())
        if key not in self.prepared:
            if len(self.prepared) >= MOST_PREPARED:
                self.prepared.pop(next(iter(self.prepared)))[0].close()
            statement = _prepared(self.connection, sql, kinds)
            self.prepared[key] = statement, [column["name"] for column in statement.cols or []]
        return self.prepared[key]

    def is_alive(self) -> bool:
        """Tell whether a statement may be sent; an end that the server has told lies ready to be read."""
        if self.told.poll(0):
            return False
        if time.monotonic() - self.used < STILL_S:
            return True
        try:
            return bool(self.run("SELECT 1 AS one"))
        except Exception:  # noqa: BLE001  whatever it is, another connection is the answer
            return False

    def close(self) -> None:
        """Close the connection, however it is."""
        with suppress(Exception):
            self.connection.close()


@contextmanager
def borrowed() -> Iterator[Session]:
    """Give a living connection to the workbench's database; kept for the next one unless it broke meanwhile."""
    name = settings().database_secret
    idle = _idle.setdefault(name, [])
    session = _living(idle) or Session(_connected(name))
    try:
        yield session
    finally:
        if session.is_whole:
            idle.append(session)
        else:
            session.close()


def close_idle() -> None:
    """Close all connections that nobody uses now."""
    while _idle:
        for session in _idle.popitem()[1]:
            session.close()


def _living(idle: list[Session]) -> Session | None:
    while idle:
        session = idle.pop()
        if session.is_alive():
            return session
        session.close()
    return None


def _connected(name: str) -> Any:
    from pg8000.exceptions import DatabaseError

    try:
        return connect_native(name)
    except DatabaseError as error:
        if sqlstate(error).startswith(LOCKED_OUT):
            secret.cache_clear()
        raise


def sqlstate(error: Exception) -> str:
    """Return PostgreSQL's own code of a driver's error; nothing when the server did not say one."""
    detail = error.args[0] if error.args else None
    return detail.get("C", "") if isinstance(detail, dict) else ""


def _prepared(connection: Any, sql: str, kinds: dict[str, int]) -> PreparedStatement:
    from pg8000.native import PreparedStatement

    return PreparedStatement(connection, sql, kinds)


def _type(value: Any) -> int:
    if type(value) is int:
        return 23 if value.bit_length() < 32 else 20  # noqa: PLR2004  bits of an integer, else bigint
    return TYPES.get(type(value), -1)
