"""One pg8000.native connection a process and database: prepared statements, transactions, a new try when it broke."""

from __future__ import annotations

import struct
import time
from contextlib import suppress
from functools import cache
from threading import get_ident
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from parlance.adapters.aws import secret
from parlance.adapters.database import connect_native
from parlance.domain.errors import AppError, Invalid, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Result = TypeVar("Result")
PAUSES = (0.05, 0.5)
"""Seconds before the second and the third try."""
PERMANENT = ("22", "54")
"""SQLSTATE classes of a value that will never fit: data exception, program limit exceeded."""
LOCKED_OUT = "28"
"""The password is wrong: it was changed, and the secret must be read again."""
UNFIT = (UnicodeEncodeError, RecursionError, struct.error)
"""What a value that will never fit makes our own side raise, before the database has seen it."""
REPEATABLE = ("40",)
"""Serialization failure and deadlock: the same transaction may pass now. The connection is whole."""


class Run(Protocol):
    """What a transaction gives: it executes one statement."""

    def __call__(
        self,
        sql: str,
        stream: Iterable[bytes] | None = None,
        *,
        later: bool = False,
        meanwhile: Callable[[], None] | None = None,
        **values: Any,
    ) -> list[list[Any]]:
        """Return the statement's rows; `stream` feeds a COPY, `meanwhile` is done while the database works.

        With `later` the answer is not waited for: an error is raised by the next statement that waits, or the commit.
        """
        ...


class Session:
    """A connection and the statements that it has prepared."""

    def __init__(self, secret_name: str) -> None:
        """Connect."""
        from parlance.adapters.pipeline import Pipeline

        self.connection = connect_native(secret_name)
        self.pipeline = Pipeline(self.connection)

    def run(
        self,
        sql: str,
        stream: Iterable[bytes] | None = None,
        *,
        later: bool = False,
        meanwhile: Callable[[], None] | None = None,
        **values: Any,
    ) -> list[list[Any]]:
        """Execute a statement, prepared at its first use: one round trip from then on, none with `later`."""
        self.pipeline.send(sql, stream, values)
        if meanwhile:
            meanwhile()
        return [] if later else self.pipeline.answer()

    def transact(self, work: Callable[[Run], Result]) -> Result:
        """Commit what `work` does, or roll it back and raise."""
        try:
            self.run("BEGIN", later=True)
            result = work(self.run)
            self.run("COMMIT")
        except Exception:
            self.roll_back()
            raise
        return result

    def roll_back(self) -> None:
        """Undo it; a connection that cannot is not used again, and what came before stays the reason."""
        with suppress(Exception):
            self.pipeline.answer()
        try:
            self.connection.run("ROLLBACK")
        except Exception:  # noqa: BLE001 - it broke: another one takes its place
            session.cache_clear()


@cache
def session(secret_name: str, _thread: int) -> Session:
    """Return this thread's session with the database that the secret describes; a function has one thread."""
    return Session(secret_name)


def transact(secret_name: str, work: Callable[[Run], Result]) -> Result:
    """Run `work` in one transaction, which must be harmless to repeat: an answer lost on the way repeats it.

    Raises Invalid for a value that can never be stored, Unavailable for everything that may pass.
    """
    for delay in (*PAUSES, None):
        try:
            return session(secret_name, get_ident()).transact(work)
        except AppError:
            raise
        except Exception as error:  # the driver raises socket errors, struct errors and its own
            meaning = understood(error)
            if isinstance(meaning, Invalid) or delay is None:
                raise meaning from error
            time.sleep(delay)
    raise AssertionError("unreachable")


def understood(error: Exception) -> AppError:
    """Return what an error means, and drop the connection unless it is surely whole."""
    detail = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    state = detail.get("C", "")
    if not state.startswith(PERMANENT + REPEATABLE):
        session.cache_clear()
    if state.startswith(LOCKED_OUT):
        secret.cache_clear()
    if isinstance(error, UNFIT):
        return Invalid(f"a value cannot be stored: {type(error).__name__}")
    if state.startswith(PERMANENT):
        return Invalid(f"the database refuses it: {detail.get('M')} (SQLSTATE {state})")
    return Unavailable(f"the database does not take it now: {detail.get('M', type(error).__name__)} {state}".rstrip())
