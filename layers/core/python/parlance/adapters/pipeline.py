"""Prepared statements that go to PostgreSQL one after another: an answer is read when somebody needs it.

pg8000 waits for every answer. Here the server works through what was sent while the function prepares what comes next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pg8000.converters import make_params
from pg8000.core import COPY_DATA, COPY_DONE_MSG, COPY_IN_RESPONSE, SYNC_MSG, Context
from pg8000.exceptions import DatabaseError, InterfaceError

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
            connection._sock.write(end + SYNC_MSG)  # noqa: SLF001
            connection._sock.flush()  # noqa: SLF001

    def answer(self) -> list[list[Any]]:
        """Wait until all is done and return the last statement's rows; raises the first error of any of them."""
        first: Exception | None = None
        rows: list[list[Any]] = []
        while self.unanswered:
            context = self.unanswered.pop(0)
            try:
                self.connection.handle_messages(context)
                rows = context.rows or []
            except (DatabaseError, InterfaceError) as error:
                first = first or error
        if first:
            raise first
        return rows
