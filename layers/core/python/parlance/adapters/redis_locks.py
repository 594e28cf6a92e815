"""Conversation locks that Rasa keeps on Redis: the same items as on DynamoDB, read and changed as its lock store does.

A look at all of them goes through the keys in pages, so that nobody who talks waits for it. The Redis may hold much
else: keys of other owners are passed over, whatever they are called.
"""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from parlance.adapters.aws import secret
from parlance.domain.errors import Unavailable
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY_SPACE = "tickets:"
"""The lock store's own."""
NUMBER, OWN = re.compile(r"-?[0-9]{1,18}"), re.compile(r"n|seq|[tb]_([^.]*\.){4}[0-9a-f]+")
"""What its fields hold, and how they are called."""
PAGE = 1000
"""Keys looked at in one call."""
PATIENCE = 2.0
"""Seconds that a look at all of them takes at most."""
TIMEOUT = 2.0
"""Seconds to wait for an answer; one that did not come is asked for once more, which is all before a function's end."""

REMOVE = """
local ticket, beat = 't_' .. ARGV[1], 'b_' .. ARGV[1]
if redis.call('HGET', KEYS[1], ticket) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ticket, beat)
redis.call('HINCRBY', KEYS[1], 'n', -1)
return 1
"""
FORGET = """
if type(redis.pcall('HGET', KEYS[1], 'seq')) ~= 'string' then return 0 end
if (tonumber(redis.call('HGET', KEYS[1], 'n') or '0') or 1) > 0 then return 0 end
return redis.call('DEL', KEYS[1])
"""


def held_items(limit: int) -> tuple[list[dict[str, Any]], bool]:
    """Return items that somebody is queued in, and whether these are all; looks for two seconds at most."""
    found: list[dict[str, Any]] = []
    position, until = 0, time.monotonic() + PATIENCE
    with _redis() as redis:
        while True:
            position, keys = redis.scan(position, match=f"{KEY_SPACE}*", count=PAGE)
            found += _held(redis, keys)
            if position == 0 or len(found) > limit or time.monotonic() > until:
                break
    return found[:limit], position == 0 and len(found) <= limit


def item(sender_id: str) -> dict[str, Any]:
    """Return a conversation's item as of now; empty when there is none."""
    with _redis() as redis:
        return _items(redis, [KEY_SPACE + sender_id])[0]


def remove(sender_id: str, name: str, ticket: int) -> bool:
    """Take a waiter out of the queue if it still has this ticket; False when it has not."""
    with _redis() as redis:
        return bool(redis.eval(REMOVE, 1, KEY_SPACE + sender_id, name, ticket))


def forget(sender_id: str) -> bool:
    """Remove a conversation's item unless somebody is queued in it: that one goes by itself, a week after its use."""
    with _redis() as redis:
        return bool(redis.eval(FORGET, 1, KEY_SPACE + sender_id))


def _held(redis: Any, keys: list[str]) -> list[dict[str, Any]]:
    """Return the items of those keys in which somebody waits: most keys are of conversations that rest."""
    counts = _at_once(redis, "hget", keys, "n")
    busy = [key for key, count in zip(keys, counts, strict=True) if count not in {None, "0"}]
    return [one for one in _items(redis, busy) if one.get("n", 0) > 0]


def _items(redis: Any, keys: list[str]) -> list[dict[str, Any]]:
    return [_item(key, fields) for key, fields in zip(keys, _at_once(redis, "hgetall", keys), strict=True)]


def _at_once(redis: Any, command: str, keys: list[str], *words: str) -> list[Any]:
    """Return each key's answer; None for one that is no hash, and so none of ours."""
    from redis.exceptions import ResponseError

    pipeline = redis.pipeline(transaction=False)
    for key in keys:
        getattr(pipeline, command)(key, *words)
    answers: list[Any] = []
    for answer in pipeline.execute(raise_on_error=False):
        is_foreign = isinstance(answer, ResponseError) and str(answer).startswith("WRONGTYPE")
        if isinstance(answer, Exception) and not is_foreign:
            raise answer
        answers.append(None if is_foreign else answer)
    return answers


def _item(key: str, fields: dict[str, str] | None) -> dict[str, Any]:
    """Return the item of a key; empty for one that is not there, or is not the lock store's."""
    if not fields or not all(NUMBER.fullmatch(value) and OWN.fullmatch(name) for name, value in fields.items()):
        return {}
    return {"pk": key.removeprefix(KEY_SPACE)} | {name: int(value) for name, value in fields.items()}


@contextmanager
def _redis() -> Iterator[Any]:
    """Speak to Redis; raises Unavailable, which never quotes the address with its password."""
    from redis.exceptions import RedisError

    try:
        yield _client(secret(settings().lock_redis_secret))
    except (RedisError, OSError, ValueError) as error:
        raise Unavailable(f"The Redis of the locks does not do it ({type(error).__name__}).", retry_after=5) from None


@cache
def _client(url: str) -> Any:
    """Return this process's client; it connects when it is first used."""
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    again = Retry(NoBackoff(), 1)
    waits = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT}
    return Redis.from_url(url, decode_responses=True, retry=again, **waits)
