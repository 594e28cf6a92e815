"""`type: parlance_rasa.locks.postgres.PostgresLockStore`: one row a conversation, one statement a step."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any, Dict, Optional

from parlance_rasa.locks.calls import Connections, InThread
from parlance_rasa.locks.errors import StoreMisconfigured, Transient
from parlance_rasa.locks.libpq import Connection
from parlance_rasa.locks.options import read_options, refuse_unknown
from parlance_rasa.locks.service import finish, two_sided
from parlance_rasa.locks.store import TicketLockStore
from parlance_rasa.locks.tickets import Seen, View

if TYPE_CHECKING:
    from rasa.utils.endpoints import EndpointConfig

    from parlance_rasa.locks.calls import Carrier
    from parlance_rasa.locks.service import Sides

FIRST_POLL = 0.005
SWEEP_CHANCE = 0.001
STATEMENTS = {
    # Unlogged: no disk write. After a crash the table is empty, which is what an expired item is on DynamoDB:
    # tickets start at the clock's milliseconds and so still grow.
    # Alone: of two nodes that start at once both would find nothing, and the slower one's CREATE would fail.
    "create": """
        SELECT pg_advisory_xact_lock(hashtext('parlance locks'));
        CREATE UNLOGGED TABLE IF NOT EXISTS {table} (
            key text PRIMARY KEY, seq bigint NOT NULL, queue jsonb NOT NULL, touched timestamptz NOT NULL DEFAULT now()
        ) WITH (fillfactor = 50)""",
    "exists": "SELECT to_regclass(%(table)s) IS NOT NULL",
    "take": """
        INSERT INTO {table} AS l (key, seq, queue)
        VALUES (%(key)s, %(base)s + 1, jsonb_build_object(%(waiter)s::text, jsonb_build_array(%(base)s::bigint, 0)))
        ON CONFLICT (key) DO UPDATE SET touched = now(), (seq, queue) = (
            SELECT l.seq + more, CASE more WHEN 0 THEN l.queue
                ELSE l.queue || jsonb_build_object(%(waiter)s::text, jsonb_build_array(l.seq, 0)) END
            FROM (SELECT (NOT l.queue ? %(waiter)s AND
                (SELECT count(*) FROM jsonb_object_keys(l.queue)) < %(cap)s)::int AS more) AS room)
        RETURNING queue""",
    "look": "SELECT queue FROM {table} WHERE key = %(key)s",
    "beat": """
        UPDATE {table} SET touched = now(),
            queue = jsonb_set(queue, ARRAY[%(waiter)s, '1'], to_jsonb((queue #>> ARRAY[%(waiter)s, '1'])::int + 1))
        WHERE key = %(key)s AND queue #> ARRAY[%(waiter)s, '0'] = to_jsonb(%(ticket)s::bigint) RETURNING queue""",
    "evict": """
        UPDATE {table} SET queue = queue - %(waiter)s
        WHERE key = %(key)s AND queue -> %(waiter)s = jsonb_build_array(%(ticket)s::bigint, %(beat)s)
        RETURNING queue""",
    "give_back": """
        UPDATE {table} SET queue = queue - %(waiter)s WHERE key = %(key)s AND queue ? %(waiter)s RETURNING queue""",
    "sweep": "DELETE FROM {table} WHERE touched < now() - interval '7 days' AND queue = '{{}}'",
}


class PostgresQueues:
    """Table of `key`, `seq` and `queue`, a JSON object that gives each waiter's ticket and heartbeat."""

    def __init__(self, carrier: Carrier, table: str) -> None:
        self._carrier, self._table = carrier, table
        self._statements = {name: text.format(table=table) for name, text in STATEMENTS.items()}

    async def prepare(self) -> None:
        """Make the table when it is missing, and forget conversations that nobody has used for a week."""
        if not await self._is_there():
            await self._make()
        await self._ask("sweep", rows=False)

    async def take(self, key: str, waiter: str, base: int, cap: int) -> View:
        """See `service.Service`."""
        if random.random() < SWEEP_CHANCE:  # noqa: S311 - housekeeping
            await self._ask("sweep", rows=False)
        return view_of((await self._ask("take", key=key, waiter=waiter, base=base, cap=cap))[0])

    async def look(self, key: str) -> View:
        """See `service.Service`."""
        row = await self._ask("look", key=key)
        return view_of(row[0] if row else {})

    async def beat(self, key: str, waiter: str, ticket: int) -> bool:
        """See `service.Service`."""
        return await self._ask("beat", key=key, waiter=waiter, ticket=ticket) is not None

    async def evict(self, key: str, seen: Seen) -> bool:
        """See `service.Service`."""
        return await self._ask("evict", key=key, waiter=seen.waiter, ticket=seen.ticket, beat=seen.beat) is not None

    async def give_back(self, key: str, waiter: str) -> Optional[View]:
        """See `service.Service`."""
        row = await self._ask("give_back", key=key, waiter=waiter)
        return view_of(row[0]) if row else None

    async def _make(self) -> None:
        """Make the table, one node at a time; that somebody without our lock was quicker is as good."""
        try:
            await self._ask("create", rows=False)
        except StoreMisconfigured:
            if not await self._is_there():
                raise

    async def _is_there(self) -> bool:
        return bool((await self._ask("exists", table=self._table))[0])

    async def _ask(self, name: str, *, rows: bool = True, **values: Any) -> Any:
        import psycopg2

        try:
            return await self._carrier.ask((self._statements[name], values, rows))
        except OSError as error:
            raise Transient(f"PostgreSQL: {error}") from error
        except psycopg2.Error as error:
            raise _judged(error, self._table) from error


def _judged(error: Any, table: str) -> Exception:
    import psycopg2
    from psycopg2 import errors

    said = " ".join(str(error).split())
    if isinstance(error, (errors.UniqueViolation, errors.ReadOnlySqlTransaction)) or not _is_final(error, said):
        return Transient(f"PostgreSQL: {said}")
    if isinstance(error, psycopg2.OperationalError):
        return StoreMisconfigured(f"PostgreSQL lock store: the connection is refused. ({said})")
    return StoreMisconfigured(f"PostgreSQL lock store: table '{table}' cannot be used. ({said})")


def _is_final(error: Any, said: str) -> bool:
    """Tell a refusal from an outage; psycopg2 gives no code for a refused connection, only the server's words."""
    import psycopg2

    if not isinstance(error, (psycopg2.OperationalError, psycopg2.InterfaceError)):
        return True
    passing = ("starting up", "shutting down", "recovery", "too many", "connection slots", "terminating")
    return error.pgcode is None and "FATAL" in said and not any(word in said for word in passing)


class PostgresLockStore(TicketLockStore):
    """Options: `url` (host), `port`, `db`, `username`, `password`, `sslmode`, `table`, those of `options.Options`."""

    def __init__(self, endpoint_config: Optional[EndpointConfig] = None) -> None:
        """Connect, make the table when it is missing, use it once; raises StoreMisconfigured with one sentence."""
        given = dict(endpoint_config.kwargs) if endpoint_config else {}
        given.setdefault("host", endpoint_config.url if endpoint_config else None)
        options = read_options(given)
        table = given.pop("table", "conversation_locks")
        if not re.fullmatch(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?", table):
            raise StoreMisconfigured(f"PostgreSQL lock store: '{table}' is not a table's name.")
        timeout = float(given.pop("timeout", 2.0))
        arguments = connection_arguments(given, timeout)
        connections = Connections(lambda: Connection(arguments, timeout), timeout, options.threads)
        self._prepare = lambda: prepare(connections, table)
        super().__init__(queues(connections, table), options, name="postgres", first_poll=FIRST_POLL)

    def _check(self) -> None:
        self._call(self._prepare)
        super()._check()


def queues(connections: Connections, table: str) -> Sides:
    """Return the service in a table."""
    return two_sided(lambda carrier: PostgresQueues(carrier, table), connections)


def prepare(connections: Connections, table: str) -> None:
    """Make the table when it is missing; many nodes may do it at once. Blocks."""
    finish(PostgresQueues(InThread(connections), table).prepare())


def connection_arguments(given: Dict[str, Any], timeout: float) -> Dict[str, Any]:
    """Return libpq's arguments; what is not given comes from its own environment variables (PGHOST and so on)."""
    names = {"host": "host", "port": "port", "db": "dbname", "username": "user", "password": "password"}
    arguments = {theirs: given.pop(ours, None) for ours, theirs in {**names, "sslmode": "sslmode"}.items()}
    refuse_unknown(given, f"url, table, timeout, sslmode, {', '.join(names)}")
    return {
        **{name: value for name, value in arguments.items() if value is not None},
        "application_name": "parlance-locks",
        "options": f"-c statement_timeout={timeout * 1000:.0f}",
        "tcp_user_timeout": int(timeout * 1000),
    }


def view_of(queue: Dict[str, Any]) -> View:
    """Read a row's queue."""
    beats = {waiter: beat for waiter, (_, beat) in queue.items() if beat}
    return View({waiter: ticket for waiter, (ticket, _) in queue.items()}, beats)
