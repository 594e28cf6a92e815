"""Conversation locks that Rasa keeps on Redis: the same items as on DynamoDB, read and changed as its lock store does.

A look at all of them goes through the keys in pages, so that nobody who talks waits for it.
"""

from __future__ import annotations

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
PAGE, LARGEST_SCAN = 1000, 20
"""Keys looked at in one call; calls in a look at all."""
TIMEOUT = 5.0

REMOVE = """
local ticket, beat = 't_' .. ARGV[1], 'b_' .. ARGV[1]
if redis.call('HGET', KEYS[1], ticket) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ticket, beat)
redis.call('HINCRBY', KEYS[1], 'n', -1)
return 1
"""
FORGET = """
if tonumber(redis.call('HGET', KEYS[1], 'n') or '0') > 0 then return 0 end
return redis.call('DEL', KEYS[1])
"""


def held_items(limit: int) -> tuple[list[dict[str, Any]], bool]:
    """Return items that somebody is queued in, and whether these are all; reads on until `limit` or 20 pages."""
    found: list[dict[str, Any]] = []
    with _redis() as redis:
        position = 0
        for _ in range(LARGEST_SCAN):
            position, keys = redis.scan(position, match=f"{KEY_SPACE}*", count=PAGE)
            found += _held(redis, keys)
            if position == 0 or len(found) > limit:
                break
    return found[:limit], position == 0 and len(found) <= limit


def item(sender_id: str) -> dict[str, Any]:
    """Return a conversation's item as of now; empty when there is none."""
    with _redis() as redis:
        return _item(KEY_SPACE + sender_id, redis.hgetall(KEY_SPACE + sender_id))


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
    busy = [key for key, count in zip(keys, counts, strict=True) if int(count or 0) > 0]
    read = zip(busy, _at_once(redis, "hgetall", busy), strict=True)
    return [one for key, fields in read if (one := _item(key, fields))]


def _at_once(redis: Any, command: str, keys: list[str], *words: str) -> list[Any]:
    pipeline = redis.pipeline(transaction=False)
    for key in keys:
        getattr(pipeline, command)(key, *words)
    answers: list[Any] = pipeline.execute()
    return answers


def _item(key: str, fields: dict[str, str]) -> dict[str, Any]:
    return {"pk": key.removeprefix(KEY_SPACE)} | {name: int(value) for name, value in fields.items()} if fields else {}


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

    return Redis.from_url(url, decode_responses=True, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)
