"""A connection to PostgreSQL that never blocks: libpq alone waits for an answer for as long as it takes."""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

from parlance_rasa.locks.calls import DONE, READ, WRITE, wait


class Connection:
    """One connection, in autocommit. Requests are a statement, its values, and whether there is a row to read.

    Raises psycopg2's own errors; a connection that raised one is not used again.
    """

    last = False

    def __init__(self, arguments: Dict[str, Any], timeout: float) -> None:
        """Connect within `timeout` seconds; blocks, and raises TimeoutError after that."""
        import psycopg2

        self._raw = psycopg2.connect(async_=1, **arguments)
        self._cursor: Any = None
        self._rows = False
        try:
            wait(self, timeout)
        except BaseException:
            self._raw.close()
            raise

    def fileno(self) -> int:
        """See `calls.Channel`."""
        return int(self._raw.fileno())

    def send(self, request: Tuple[str, Optional[Dict[str, Any]], bool]) -> None:
        """See `calls.Channel`."""
        statement, values, self._rows = request
        self._cursor = self._raw.cursor()
        self._cursor.execute(statement, values)

    def step(self) -> int:
        """See `calls.Channel`."""
        from psycopg2 import extensions

        state = self._raw.poll()
        if state == extensions.POLL_OK:
            return DONE
        return WRITE if state == extensions.POLL_WRITE else READ

    def answer(self) -> Any:
        """Return the first row, or None."""
        return self._cursor.fetchone() if self._rows else None

    def close(self) -> None:
        """Close it, also in the middle of a statement."""
        self._raw.close()
