"""Operators see who holds which conversation, and let go of one that hangs; on the emulator's table."""

from __future__ import annotations

import time
import uuid

import pytest

from parlance.adapters import aws
from parlance.domain.errors import NotFound
from parlance.services.locks import list_locks, release
from parlance.settings import settings
from tests.support.locks import TICKET, hold, put, waiter


@pytest.fixture
def table(cloud, monkeypatch):
    """A lock table of the test's own, as the template makes it."""
    name = f"locks-{uuid.uuid4().hex}"
    dynamodb = aws.client("dynamodb")
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    monkeypatch.setenv("LOCK_TABLE", name)
    monkeypatch.setenv("DATABASE_SECRET", "none")
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_holder_and_waiters_are_listed_the_longest_first(table):
    now = time.time()
    hold("web-1", now)
    put("web-2", seq=6, n=1, expires_at=1, **{f"t_{waiter('node-c.1', now - 60)}": 5})
    put("free", seq=6, n=0, expires_at=1)
    put("parlance:start-check:x", seq=6, n=1, expires_at=1, **{f"t_{waiter('node-c.1', now)}": 5})

    listed = list_locks()

    assert listed.complete
    assert [lock.sender_id for lock in listed.locks] == ["web-2", "web-1"]
    lock = listed.locks[1]
    assert (lock.holder.ticket, lock.holder.node, lock.holder.heartbeats) == (TICKET, "node-a.12", 6)
    assert lock.holder.since == pytest.approx(now - 30, abs=0.002)
    assert 30 <= lock.holder.age < 300
    assert [waiting.node for waiting in lock.waiting] == ["node-b.7"]


def test_a_list_that_was_cut_says_so(table):
    for number in range(5):
        hold(f"web-{number}", time.time())

    listed = list_locks(limit=3)

    assert len(listed.locks) == 3
    assert not listed.complete


def test_a_released_holder_leaves_and_the_next_one_holds(table):
    hold("web-1", time.time())

    release("web-1", TICKET)

    (lock,) = list_locks().locks
    assert lock.holder.ticket == TICKET + 1
    assert lock.waiting == ()


def test_a_ticket_that_is_gone_is_not_found(table):
    hold("web-1", time.time())
    release("web-1", TICKET)

    with pytest.raises(NotFound, match="not in the queue of conversation 'web-1' any more"):
        release("web-1", TICKET)
    with pytest.raises(NotFound):
        release("unknown", 1)
    assert len(list_locks().locks) == 1
