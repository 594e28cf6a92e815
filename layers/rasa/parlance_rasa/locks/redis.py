"""`type: parlance_rasa.locks.redis.RedisTicketLockStore`: two calls a message, the first of them before the reply."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Dict, Optional

from parlance_rasa.locks.calls import Connections
from parlance_rasa.locks.errors import StoreMisconfigured, Transient
from parlance_rasa.locks.options import read_options, refuse_unknown
from parlance_rasa.locks.resp import NO_SCRIPT, Connection, Refused
from parlance_rasa.locks.service import two_sided
from parlance_rasa.locks.store import TicketLockStore
from parlance_rasa.locks.tickets import Seen, View

if TYPE_CHECKING:
    from rasa.utils.endpoints import EndpointConfig
    from redis.exceptions import RedisError

    from parlance_rasa.locks.calls import Carrier
    from parlance_rasa.locks.service import Sides

KEPT_MILLISECONDS = 7 * 24 * 3600 * 1000
FIRST_POLL = 0.005
KEY_SPACE = "tickets:"
"""Apart from the keys of Rasa's own store, so that both may use one database during a change-over."""

PASSING = re.compile(
    "(^|: -)(OOM|CLUSTERDOWN|MASTERDOWN|LOADING|BUSY|READONLY|NOREPLICAS|MISCONF|TRYAGAIN|ERR max number of clients)"
)
"""Up to Redis 6 a script's trouble comes wrapped: `ERR Error running script (...): @user_script: 8: -READONLY ...`."""

TAKE = """
local key, ticket = KEYS[1], 't_' .. ARGV[1]
local waiting = tonumber(redis.call('HGET', key, 'n') or '0')
if redis.call('HEXISTS', key, ticket) == 0 and waiting < tonumber(ARGV[3]) then
  redis.call('HSETNX', key, 'seq', ARGV[2])
  redis.call('HSET', key, ticket, redis.call('HGET', key, 'seq'))
  redis.call('HINCRBY', key, 'seq', 1)
  redis.call('HINCRBY', key, 'n', 1)
  redis.call('PEXPIRE', key, ARGV[4])
end
return table.concat(redis.call('HGETALL', key), ' ')
"""
LOOK = "return table.concat(redis.call('HGETALL', KEYS[1]), ' ')"
BEAT = """
if redis.call('HGET', KEYS[1], 't_' .. ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HINCRBY', KEYS[1], 'b_' .. ARGV[1], 1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""
EVICT = """
local ticket, beat = 't_' .. ARGV[1], 'b_' .. ARGV[1]
if redis.call('HGET', KEYS[1], ticket) ~= ARGV[2] then return 0 end
if (redis.call('HGET', KEYS[1], beat) or '0') ~= ARGV[3] then return 0 end
redis.call('HDEL', KEYS[1], ticket, beat)
redis.call('HINCRBY', KEYS[1], 'n', -1)
return 1
"""
GIVE_BACK = """
if redis.call('HDEL', KEYS[1], 't_' .. ARGV[1]) == 0 then return nil end
redis.call('HDEL', KEYS[1], 'b_' .. ARGV[1])
redis.call('HINCRBY', KEYS[1], 'n', -1)
return table.concat(redis.call('HGETALL', KEYS[1]), ' ')
"""

DIGESTS = {
    script: hashlib.sha1(script.encode()).hexdigest()  # noqa: S324 - it is how Redis names scripts
    for script in (TAKE, LOOK, BEAT, EVICT, GIVE_BACK)
}


class RedisQueues:
    """One hash a conversation: `seq`, `n`, and `t_<waiter>`, `b_<waiter>` for each who waits. Each step is a script."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    async def take(self, key: str, waiter: str, base: int, cap: int) -> View:
        """See `service.Service`."""
        return view_of(await self._run(TAKE, key, waiter, base, cap, KEPT_MILLISECONDS))

    async def look(self, key: str) -> View:
        """See `service.Service`."""
        return view_of(await self._run(LOOK, key))

    async def beat(self, key: str, waiter: str, ticket: int) -> bool:
        """See `service.Service`."""
        return bool(await self._run(BEAT, key, waiter, ticket, KEPT_MILLISECONDS))

    async def evict(self, key: str, seen: Seen) -> bool:
        """See `service.Service`."""
        return bool(await self._run(EVICT, key, seen.waiter, seen.ticket, seen.beat))

    async def give_back(self, key: str, waiter: str) -> Optional[View]:
        """See `service.Service`."""
        answer = await self._run(GIVE_BACK, key, waiter)
        return None if answer is None else view_of(answer)

    async def _run(self, script: str, key: str, *arguments: Any) -> Any:
        from redis.exceptions import RedisError

        given = (1, KEY_SPACE + key, *arguments)
        try:
            answer = await self._carrier.ask(("EVALSHA", DIGESTS[script], *given))
            if answer is NO_SCRIPT:
                answer = await self._carrier.ask(("EVAL", script, *given))
        except Refused as refused:
            raise _refused(str(refused)) from None
        except RedisError as error:
            raise _not_connected(error) from error
        except (OSError, ValueError) as error:
            raise Transient(f"Redis: {type(error).__name__} {error}") from error
        return answer


def _not_connected(error: RedisError) -> Exception:
    import redis.exceptions as errors

    if isinstance(error, errors.AuthenticationError):
        return StoreMisconfigured(f"Redis lock store: the credentials are wrong. ({error})")
    if isinstance(error, (errors.ConnectionError, errors.TimeoutError)):
        return Transient(f"Redis: {error}")
    return _refused(str(error))


def _refused(text: str) -> Exception:
    if PASSING.search(text):
        return Transient(f"Redis: {text}")
    return StoreMisconfigured(f"Redis lock store: Redis refuses: {text}")


class RedisTicketLockStore(TicketLockStore):
    """Options: those of Rasa's `RedisLockStore` under the same names, and those of `options.Options`."""

    def __init__(self, endpoint_config: Optional[EndpointConfig] = None) -> None:
        """Connect and use the store once; raises StoreMisconfigured with one sentence."""
        given = dict(endpoint_config.kwargs) if endpoint_config else {}
        host = given.pop("host", None) or (endpoint_config and endpoint_config.url) or "localhost"
        options = read_options(given)
        super().__init__(queues(client(host, given), options.threads), options, name="redis", first_poll=FIRST_POLL)


def queues(client: Any, most: int) -> Sides:
    """Return the service behind a client, whose own part is only to log in."""
    pool = client.connection_pool
    timeout = pool.connection_kwargs["socket_timeout"]
    return two_sided(RedisQueues, Connections(lambda: Connection(pool.make_connection()), timeout, most))


def client(host: str, given: Dict[str, Any]) -> Any:
    """Return a client that never repeats a call by itself: the store counts its tries."""
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    arguments = {
        "host": host,
        "port": int(given.pop("port", 6379)),
        "db": int(given.pop("db", 1)),
        "username": given.pop("username", None),
        "password": given.pop("password", None),
        "ssl": bool(given.pop("use_ssl", False)),
        "socket_timeout": float(given.pop("socket_timeout", 2.0)),
    }
    tls = {name: given.pop(name) for name in ("ssl_certfile", "ssl_keyfile", "ssl_ca_certs") if name in given}
    refuse_unknown(given, f"url, {', '.join(arguments)}, use_ssl, ssl_certfile, ssl_keyfile, ssl_ca_certs")
    return redis.Redis(**arguments, **tls, retry=Retry(NoBackoff(), 0), socket_keepalive=True)


def view_of(hash_text: bytes) -> View:
    """Read a hash as the scripts send it: names and values in turn, one string, which redis-py reads quickest."""
    words = hash_text.decode().split(" ") if hash_text else []
    numbers = dict(zip(words[::2], map(int, words[1::2])))  # noqa: B905 - `strict` is Python 3.10's
    tickets = {name[2:]: number for name, number in numbers.items() if name.startswith("t_")}
    return View(tickets, {name[2:]: number for name, number in numbers.items() if name.startswith("b_")})
