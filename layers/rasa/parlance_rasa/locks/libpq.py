"""A connection to PostgreSQL that gives up by itself: libpq alone waits for an answer for as long as it takes."""

from __future__ import annotations

import select
import time
from typing import Any, Dict

TIMEOUT_WORDS = "no answer within {:g} s"


class Connection:
    """One connection, in autocommit; every wait, that for the connection included, ends after `timeout` seconds.

    Raises psycopg2's own errors; a connection that raised one is closed and not used again.
    """

    def __init__(self, arguments: Dict[str, Any], timeout: float) -> None:
        import psycopg2

        self._timeout = timeout
        self._raw = psycopg2.connect(async_=1, **arguments)
        self._await_answer()

    def ask(self, statement: str, values: Dict[str, Any], *, rows: bool) -> Any:
        """Execute one statement and return its first row, or None."""
        cursor = self._raw.cursor()
        cursor.execute(statement, values)
        self._await_answer()
        return cursor.fetchone() if rows else None

    def close(self) -> None:
        """Close it, also in the middle of a statement."""
        self._raw.close()

    def _await_answer(self) -> None:
        import psycopg2
        from psycopg2 import extensions

        until = time.monotonic() + self._timeout
        while True:
            state = self._raw.poll()
            if state == extensions.POLL_OK:
                return
            ready = select.poll()
            ready.register(self._raw.fileno(), select.POLLOUT if state == extensions.POLL_WRITE else select.POLLIN)
            if not ready.poll(max(0.0, until - time.monotonic()) * 1000):
                raise psycopg2.OperationalError(TIMEOUT_WORDS.format(self._timeout))
