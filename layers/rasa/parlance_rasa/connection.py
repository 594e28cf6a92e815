"""The tracker database: calls that the event loop makes itself, retried while the database restarts.

A connection that went stale is found by its use, not by a question before each use: that would double a read's time.
Rasa's own ways into its store keep SQLAlchemy. A turn does without it, and without a thread.
"""

import asyncio
import functools
import logging
import time
from typing import Any, Awaitable, Callable, Dict, List, Optional, Tuple, TypeVar

import psycopg2
import sqlalchemy as sa
from sqlalchemy import exc

from parlance_rasa.errors import reason
from parlance_rasa.locks.calls import Connections, OnLoop, ask, wait
from parlance_rasa.locks.libpq import Connection
from parlance_rasa.locks.service import finish

logger = logging.getLogger(__name__)

# lost connections, a server that starts or stops, a deadlock; a replica that was the primary a moment ago
LOST = (psycopg2.OperationalError, psycopg2.InterfaceError, psycopg2.InternalError)
PASSING = (*LOST, exc.OperationalError, exc.InterfaceError, exc.InternalError, OSError)
POOL = {"hide_parameters": True, "pool_size": 8, "max_overflow": 24, "pool_timeout": 10, "pool_recycle": 900}
CONNECT = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
CONNECT_WITHIN_S = 5.0
ANSWER_WITHIN_S = 60.0
# Told to each session, because poolers refuse a connection's options. The server gives up a lock, and the statement
# behind it, before ANSWER_WITHIN_S is over: what is told as not saved is not saved later. A plan made while the tables
# were empty must not read them whole later: every statement has its index. Compiling one takes longer than doing it.
SETTINGS = "SET lock_timeout = '20s'; SET statement_timeout = '35s'; SET enable_seqscan = off; SET jit = off"
MOST_IDLE = 16
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 1.0

Result = TypeVar("Result")
Rows = List[Tuple[Any, ...]]


class Session(Connection):
    """A connection that is told some statements first, and answers with all rows of the last statement."""

    def __init__(self, arguments: Dict[str, Any], opening: str) -> None:
        """Connect; blocks."""
        super().__init__(arguments, CONNECT_WITHIN_S)
        self.send((opening, None, False))
        wait(self, CONNECT_WITHIN_S)
        self._cursor = None

    def answer(self) -> Rows:
        """See `locks.calls.Channel`. Nothing of statement and rows is kept: they are people's words."""
        cursor, self._cursor = self._cursor, None
        return cursor.fetchall() if self._rows else []


class Database:
    """The database as turns use it. What is committed when a connection goes may be asked for again: see `journal`."""

    def __init__(self, arguments: Dict[str, Any], opening: str, patience_s: float) -> None:
        self._connections = Connections(lambda: Session(arguments, opening), ANSWER_WITHIN_S, MOST_IDLE)
        self._on_loop = OnLoop(self._connections)
        self._patience_s = patience_s

    def reach(self, wait_s: float) -> None:
        """Return when it answered in the way turns ask; raise what it last said after `wait_s` seconds. Blocks."""
        patiently(lambda: ask(self._connections, ("SELECT 1", None, True)), wait_s)

    async def ask(self, statement: str, **values: Any) -> Rows:
        """Return the rows of the last statement; raise the database's error when it lasts longer than patience."""
        return await insist(lambda: self._on_loop.ask((statement, values, True)), self._patience_s)

    def tell(self, statement: str, **values: Any) -> None:
        """Have a statement done, once, by the calling thread. Blocks."""
        ask(self._connections, (statement, values, False))

    def close(self) -> None:
        """Hang up. Blocks."""
        self._connections.close()


def open_engine(url: Any, schema: Optional[str], wait_s: float) -> Any:
    """Return an engine whose database answered; raise what it last said after `wait_s` seconds."""
    given = sa.engine.make_url(url).query
    own = {name: value for name, value in CONNECT.items() if name not in given}
    engine = sa.create_engine(url, connect_args=own, **POOL)
    if schema:
        sa.event.listen(engine, "connect", functools.partial(_enter, schema))
    patiently(lambda: engine.connect().close(), wait_s)
    return engine


def arguments_of(engine: Any) -> Dict[str, Any]:
    """Return what libpq needs to connect as the engine does."""
    return dict(CONNECT, **engine.dialect.create_connect_args(engine.url)[1])


def opening(schema: Optional[str], prepared: str) -> str:
    """Return all that a session is told when it begins, in one message."""
    return "; ".join(filter(None, [_in_schema(schema), SETTINGS, prepared]))


def quoted(name: str) -> str:
    """Return a name as SQL takes it, whatever is in it."""
    return '"%s"' % name.replace('"', '""')


def _in_schema(schema: Optional[str]) -> str:
    return "SET search_path = %s" % quoted(schema) if schema else ""


def _enter(schema: str, connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_in_schema(schema))
    connection.commit()  # or the first rollback would leave the schema


def patiently(work: Callable[[], Result], patience_s: float) -> Result:
    """Do what `insist` does, for what blocks."""

    async def now() -> Result:
        return work()

    async def sleep(seconds: float) -> None:
        time.sleep(seconds)  # noqa: ASYNC251 - there is no event loop

    return finish(insist(now, patience_s, sleep))


async def insist(
    work: Callable[[], Awaitable[Result]],
    patience_s: float,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Result:
    """Return what `work` returns, tried again while the database's errors look passing and `patience_s` lasts."""
    deadline, pause = time.monotonic() + patience_s, FIRST_PAUSE_S
    while True:
        try:
            return await work()
        except PASSING as error:
            if time.monotonic() + pause > deadline:
                raise
            if pause == FIRST_PAUSE_S:
                logger.warning("The tracker database does not answer, trying for a while: %s", reason(error))
        await sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_S)
