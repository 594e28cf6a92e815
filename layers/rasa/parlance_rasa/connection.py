"""Connections to the tracker database: made patiently, and work on them retried while a database restarts.

A connection that went stale is found by its use, not by a question before each use: that would double a read's time.
"""

import logging
import time
from typing import Any, Callable, Optional, TypeVar

import sqlalchemy as sa
from sqlalchemy import exc

logger = logging.getLogger(__name__)


class CommitUndecidedError(Exception):
    """A commit whose answer was lost is neither done nor undone yet."""


# lost connections, a server that starts or stops, a deadlock; a replica that was the primary a moment ago
PASSING = (exc.OperationalError, exc.InterfaceError, exc.InternalError, CommitUndecidedError)
POOL = {
    "hide_parameters": True,
    "pool_size": 8,
    "max_overflow": 24,
    "pool_timeout": 10,
    "pool_recycle": 900,
}
CONNECT = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 1.0

Result = TypeVar("Result")


def open_engine(url: Any, schema: Optional[str], wait_s: float) -> Any:
    """Return an engine whose database answered; raise what it last said after `wait_s` seconds."""
    arguments = dict(CONNECT, options="-csearch_path=%s" % schema) if schema else CONNECT
    engine = sa.create_engine(url, connect_args=arguments, **POOL)
    patiently(lambda: engine.connect().close(), wait_s)
    return engine


def reason(error: BaseException) -> str:
    """Return an error's type and first line; never a statement's parameters, which are people's words."""
    return "%s: %s" % (type(error).__name__, (str(error).splitlines() or [""])[0])


def patiently(work: Callable[[], Result], patience_s: float) -> Result:
    """Return what `work` returns, tried again while the database's errors look passing and `patience_s` lasts."""
    deadline, pause = time.monotonic() + patience_s, FIRST_PAUSE_S
    while True:
        try:
            return work()
        except PASSING as error:
            if time.monotonic() + pause > deadline:
                raise
            if pause == FIRST_PAUSE_S:
                logger.warning("The tracker database does not answer, trying for a while: %s", reason(error))
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_S)
