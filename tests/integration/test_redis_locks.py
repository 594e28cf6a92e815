"""Operators see and release locks that Rasa keeps on Redis: taken by the lock store's own scripts, on a real server."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import redis

from parlance.adapters import aws, redis_locks
from parlance.services.locks import forget, list_locks
from parlance.settings import settings
from tests.proofs.locks.servers import ROOT, Servers
from tests.support.installation import (  # noqa: F401  fixtures are found by their names here
    admin,
    annotator,
    installation,
    login,
    password_hash,
    signing_key,
)
from tests.support.locks import TICKET, waiter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.api import Client
    from tests.support.database import Database

STORE = ROOT / "layers" / "rasa" / "parlance_rasa" / "locks" / "redis.py"
LIMIT = 15.0
"""Seconds: half of what the function of the API has; a client that tries ten times needs more."""
WEEK = 7 * 24 * 3600 * 1000


def script(name: str) -> str:
    """Return one of the lock store's scripts; its module needs Rasa, which is not in this environment."""
    values = [
        node.value
        for node in ast.parse(STORE.read_text()).body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name
    ]
    return str(ast.literal_eval(values[0]))


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """The port of a real Redis whose default user has a password."""
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed")
    with Servers() as servers:
        port = servers.options("redis")["port"]
        redis.Redis(port=port).config_set("requirepass", "a secret/word")
        yield port


@pytest.fixture
def store(server: int, installation: Database, monkeypatch: pytest.MonkeyPatch) -> redis.Redis:  # noqa: F811
    """The installation with its locks on Redis, in database 1 and empty."""
    name = f"locks-{uuid4().hex}"
    address = f"redis://:{quote('a secret/word', safe='')}@127.0.0.1:{server}/1"
    aws.client("secretsmanager").create_secret(Name=name, SecretString=address)
    monkeypatch.setenv("LOCK_REDIS_SECRET", name)
    settings.cache_clear()
    client = redis.Redis.from_url(address)
    client.flushdb()
    return client


def take(store: redis.Redis, key: str, node: str, seconds_ago: float) -> str:
    name = waiter(node, time.time() - seconds_ago)
    store.eval(script("TAKE"), 1, f"tickets:{key}", name, TICKET, 9, WEEK)
    return name


def test_held_conversations_are_listed_the_longest_held_first(store: redis.Redis, admin: Client):  # noqa: F811
    take(store, "young", "node-a.1", 5)
    holder = take(store, "old one", "node-a.12", 30)
    take(store, "old one", "node-b.7", 2)
    store.eval(script("BEAT"), 1, "tickets:old one", holder, TICKET, WEEK)
    gone = take(store, "rests", "node-a.3", 50)
    store.eval(script("GIVE_BACK"), 1, "tickets:rests", gone)

    found = admin.get("/locks").json

    assert [lock["sender_id"] for lock in found] == ["old one", "young"]
    (old, _) = found
    assert (old["holder"]["ticket"], old["holder"]["node"], old["holder"]["heartbeats"]) == (TICKET, "node-a.12", 1)
    assert [one["ticket"] for one in old["waiting"]] == [TICKET + 1]
    assert admin.get("/locks/old%20one").json["holder"]["node"] == "node-a.12"


def test_a_ticket_is_taken_out_once_and_the_store_goes_on(
    store: redis.Redis,
    admin: Client,  # noqa: F811
    annotator: Client,  # noqa: F811
):
    holder = take(store, "web-1", "node-a.12", 30)
    take(store, "web-1", "node-b.7", 2)
    assert annotator.delete(f"/locks/web-1/{TICKET}").status == 403

    assert admin.delete(f"/locks/web-1/{TICKET}").status == 204

    assert admin.get("/locks/web-1").json["holder"]["node"] == "node-b.7"
    assert admin.delete(f"/locks/web-1/{TICKET}").status == 404
    assert store.eval(script("BEAT"), 1, "tickets:web-1", holder, TICKET, WEEK) == 0, "the holder learns it"
    assert store.hget("tickets:web-1", "n") == b"1"
    assert admin.get("/audit?action=locks:update").json[0]["object"] == f"web-1/{TICKET}"


def test_an_erased_conversation_leaves_redis_unless_somebody_is_in_it(store: redis.Redis):
    held = take(store, "web-1", "node-a.12", 3)
    assert forget("web-1") == 0

    store.eval(script("GIVE_BACK"), 1, "tickets:web-1", held)

    assert (forget("web-1"), forget("web-1")) == (1, 0)
    assert store.keys() == []


def test_a_list_that_is_cut_says_so(store: redis.Redis, monkeypatch: pytest.MonkeyPatch):
    for number in range(4):
        take(store, f"c{number}", "node-a.1", number)

    assert list_locks(limit=3).complete is False
    assert list_locks(limit=4).complete is True
    monkeypatch.setattr(redis_locks, "PAGE", 1)
    assert len(list_locks(limit=4).locks) == 4


def test_a_redis_that_is_away_or_refuses_is_an_outage_and_its_address_stays_secret(
    store: redis.Redis,
    admin: Client,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    def answers(address: str) -> tuple[Any, ...]:
        monkeypatch.setattr(redis_locks, "secret", lambda _name: address)
        reply = admin.get("/locks")
        return reply.status, reply.json["reason"], "hidden" in reply.text + capsys.readouterr().err

    port = store.connection_pool.connection_kwargs["port"]
    for address in ("redis://:hidden@127.0.0.1:1/1", f"redis://:hidden@127.0.0.1:{port}/1", "hidden nonsense"):
        assert answers(address) == (503, "Unavailable", False)


@contextmanager
def frozen(store: redis.Redis) -> Iterator[None]:
    """Let the server hold all connections and answer none."""
    process = store.info("server")["process_id"]
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def test_a_redis_that_stops_answering_is_an_outage_long_before_a_functions_end(store: redis.Redis, admin: Client):  # noqa: F811
    assert admin.get("/locks").status == 200
    began = time.monotonic()

    with frozen(store):
        assert admin.get("/locks").status == 503

    assert time.monotonic() - began < LIMIT
    assert admin.get("/locks").status == 200


def test_held_conversations_are_found_among_much_else(
    store: redis.Redis,
    admin: Client,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(redis_locks, "PATIENCE", 300.0)
    store.mset({f"session:{number}": "x" for number in range(50_000)})
    take(store, "web-1", "node-a.1", 5)
    assert [lock.sender_id for lock in list_locks().locks] == ["web-1"]
    assert list_locks().complete

    monkeypatch.setattr(redis_locks, "PATIENCE", -1.0)
    assert not list_locks().complete, "it has looked for as long as it may"


def test_keys_of_others_under_the_same_names_are_passed_over(store: redis.Redis, admin: Client):  # noqa: F811
    take(store, "web-1", "node-a.1", 5)
    store.set("tickets:sold", "3")
    store.hset("tickets:text", mapping={"n": "many", "t_5": "1"})
    store.hset("tickets:title", mapping={"title": "a play"})
    store.hset("tickets:number", mapping={"n": "2", "t_5": "1"})

    assert [lock["sender_id"] for lock in admin.get("/locks").json] == ["web-1"]
    for name in ("sold", "text", "title", "number"):
        assert admin.get(f"/locks/{name}").status == 404
        assert forget(name) == 0
    assert store.exists("tickets:sold", "tickets:text", "tickets:title", "tickets:number") == 4
