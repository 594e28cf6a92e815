"""SQL as text with named parameters (`:name`), and what PostgreSQL's refusals mean to a caller."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

from parlance.adapters.pool import borrowed, sqlstate
from parlance.domain.errors import AppError, Conflict, Invalid, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

MEANINGS: dict[str, AppError] = {
    "0A": Unavailable("The database was migrated just now.", retry_after=1),
    "22": Invalid("The request holds a value that the database cannot store."),
    "23503": Conflict("What this belongs to was changed or removed meanwhile: try again.", retry_after=1),
    "23505": Conflict("Another change came first: try again.", retry_after=1),
    "23514": Invalid("The request holds a value that the database cannot store."),
    "40": Conflict("Another change came first: try again.", retry_after=1),
    "42": Unavailable("The database is not migrated yet.", retry_after=10),
    "53": Unavailable("The database has no room for this now.", retry_after=5),
    "54": Invalid("The request holds more, or what is nested deeper, than the database can store."),
    "57": Unavailable("The database took too long or is shutting down.", retry_after=5),
}
"""By an SQLSTATE, or its first two characters. A NULL where none may be (23502) is our mistake, and a crash."""


class Run(Protocol):
    """What a transaction gives: it executes one statement."""

    def __call__(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        """Return the statement's rows as dicts."""
        ...


DAY = 86400
"""Seconds by which an event's own timestamp may lie before its turn's start, for readers who look for it by time."""
_open: ContextVar[Run | None] = ContextVar("open", default=None)


@contextmanager
def transaction() -> Iterator[Run]:
    """Give a runner inside one transaction; inside another one it joins that, so that both are kept or neither is."""
    joined = _open.get()
    if joined:
        yield joined
        return
    with _begun() as run:
        token = _open.set(run)
        try:
            yield run
        finally:
            _open.reset(token)


@contextmanager
def _begun() -> Iterator[Run]:
    """Begin, and commit at the end; raises the error tree's words instead of the driver's."""
    with _understood(), borrowed() as session:
        session.run("BEGIN")
        try:
            yield session.run
        except BaseException:
            if session.is_whole:
                session.run("ROLLBACK")
            raise
        session.run("COMMIT")


def query(sql: str, **values: Any) -> list[dict[str, Any]]:
    """Run one statement in the transaction that is open, or for itself."""
    joined = _open.get()
    if joined:
        return joined(sql, **values)
    with _understood(), borrowed() as session:
        return session.run(sql, **values)


def take_turns(name: str) -> None:
    """Wait until no other transaction holds this name's turn; the open one then has it until its end."""
    query("SELECT pg_advisory_xact_lock(hashtext(:name))", name=name)


@contextmanager
def _understood() -> Iterator[None]:
    from pg8000.exceptions import Error

    try:
        yield
    except (Error, OSError) as error:
        meaning = _meaning(error)
        if meaning is None:
            raise
        raise meaning from error


def _meaning(error: Exception) -> AppError | None:
    """Tell what a driver's error means; one without SQLSTATE is a connection that broke."""
    state = sqlstate(error)
    if not state:
        return Unavailable("The database does not answer.", retry_after=5)
    return MEANINGS.get(state) or MEANINGS.get(state[:2])
