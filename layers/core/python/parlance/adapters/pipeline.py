"""Prepared statements that go to PostgreSQL one after another: an answer is read when somebody needs it.

pg8000 waits for every answer. Here the server works through what was sent while the function prepares what comes next.
There is one Sync a wait: after an error, be it BEGIN's own, the server skips all that was sent behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pg8000.converters import make_params
from pg8000.core import (
    COMMAND_COMPLETE,
    COPY_DATA,
    COPY_DONE_MSG,
    COPY_IN_RESPONSE,
    READY_FOR_QUERY,
    SYNC_MSG,
    Context,
    _read,
    ci_unpack,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

COPY_FAIL_MSG = b"f\x00\x00\x00\x05\x00"


class Pipeline:
    """A connection's statements: prepared at their first use, sent in order, answered in order."""

    def __init__(self, connection: Any) -> None:
        """Take over a pg8000 connection."""
        self.connection = connection
        self.prepared: dict[str, Any] = {}
        self.unanswered: list[Any] = []
        connection.message_types[COPY_IN_RESPONSE] = lambda _data, _context: None  # COPY's data waits for no invitation

    def send(self, sql: str, stream: Iterable[bytes] | None, values: dict[str, Any]) -> None:
        """Send a statement, with the data of a COPY; what the server has against it is raised by `answer`."""
        if sql not in self.prepared:
            self.answer()
            self.prepared[sql] = self.connection.prepare(sql)
        statement, connection = self.prepared[sql], self.connection
        connection.send_BIND(statement.name_bin, make_params(connection.py_types, statement.make_vals(values)))
        connection.send_EXECUTE()
        self.unanswered.append(Context(statement.statement, columns=statement.cols, input_funcs=statement.input_funcs))
        end = COPY_FAIL_MSG
        try:
            for chunk in stream or ():
                connection._send_message(COPY_DATA, chunk)  # noqa: SLF001 - its own COPY waits for an invitation
                connection._sock.flush()  # noqa: SLF001
            end = b"" if stream is None else COPY_DONE_MSG
        finally:
            connection._sock.write(end)  # noqa: SLF001
            connection._sock.flush()  # noqa: SLF001

    def answer(self) -> list[list[Any]]:
        """Wait until all is done and return the last statement's rows; raises the first error of any of them."""
        waiting, self.unanswered = self.unanswered, []
        if not waiting:
            return []
        self.connection._sock.write(SYNC_MSG)  # noqa: SLF001
        self.connection._sock.flush()  # noqa: SLF001
        self._read(waiting)
        for context in waiting:
            if context.error:
                raise context.error
        return waiting[-1].rows or []

    def _read(self, waiting: list[Any]) -> None:
        """Give each statement its answer: one that is complete is followed by the next one's."""
        connection, code, done = self.connection, None, 0
        while code != READY_FOR_QUERY:
            code, size = ci_unpack(_read(connection._sock, 5))  # noqa: SLF001
            content = _read(connection._sock, size - 4)  # noqa: SLF001
            connection.message_types[code](content, waiting[min(done, len(waiting) - 1)])
            done += code == COMMAND_COMPLETE
