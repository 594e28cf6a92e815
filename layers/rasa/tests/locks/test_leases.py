"""Leases as Rasa meets them: dead holders, long turns, turns that lose their lock."""

import asyncio
import time
from functools import partial

import pytest
from support.locking import Journal, filled

from parlance_rasa.locks.errors import LeaseLost

from .memory import left

LEASE = 1.0
PATIENCE = 240  # seconds; only a broken store, never a busy machine, needs so many


@pytest.fixture
def open_node(open_store):
    """Make stores with a lease that a test can wait for."""
    return partial(open_store, lease=LEASE)


def test_the_dead_are_put_out_after_a_lease(open_node, sender, run):
    dead, store, journal = open_node(), open_node(), Journal()
    for _ in range(3):
        dead.issue_ticket(sender)  # three of a node that dies: nobody beats for them
    start = time.monotonic()

    run(journal.turn(store, sender, "alive"))

    assert LEASE <= time.monotonic() - start < PATIENCE
    assert store.metrics.totals()["evictions"] == 3


def test_a_long_turn_keeps_its_lock(open_node, sender, run):
    one, other, journal = open_node(), open_node(), Journal()

    async def talk():
        first = asyncio.ensure_future(journal.turn(one, sender, "long", 3 * LEASE))
        await filled(one, sender, 1)
        await asyncio.gather(first, journal.turn(other, sender, "patient"))

    run(talk())

    assert journal.order == ["long", "patient"]
    assert journal.most == 1
    assert other.metrics.totals()["evictions"] == 0


def test_a_turn_that_blocks_the_event_loop_keeps_its_lock(open_node, sender, run):
    one, other = open_node(), open_node()

    async def talk():
        async with one.lock(sender):
            waiter, taken = Journal(), one.get_lock(sender)
            time.sleep(2.5 * LEASE)  # noqa: ASYNC251 - a model that loads on the loop does this
            assert one.get_lock(sender).now_serving == taken.now_serving
        await waiter.turn(other, sender, "next")

    run(talk())

    assert one.metrics.totals()["lost_leases"] == 0


def test_a_lost_lease_cancels_the_turn_and_says_why(open_node, sender, run):
    store = open_node()

    async def released():
        async with store.lock(sender) as lock:
            store.finish_serving(sender, lock.now_serving)  # what an operator's release does
            await asyncio.sleep(3600)

    async def talk():
        with pytest.raises(LeaseLost, match="put it out of the queue"):
            await released()
        await Journal().turn(store, sender, "next")

    run(asyncio.wait_for(talk(), PATIENCE))

    store.close()
    assert store.metrics.totals()["lost_leases"] == 1


def test_a_lease_lost_at_the_end_is_counted(open_node, sender, run):
    store = open_node()

    async def talk():
        async with store.lock(sender) as lock:
            store.finish_serving(sender, lock.now_serving)
        await left(store)

    run(talk())

    assert store.metrics.totals()["lost_leases"] == 1


def test_a_turn_over_the_hold_cap_is_cancelled(open_node, sender, run):
    store = open_node(hold_cap=0.4)

    async def talk():
        with pytest.raises(LeaseLost, match=r"ran for 0\.4 s"):
            await Journal().turn(store, sender, "hung", 3600)
        await Journal().turn(store, sender, "next")

    run(asyncio.wait_for(talk(), PATIENCE))


def test_a_waiter_that_was_put_out_queues_again(open_node, sender, run):
    one, other, journal = open_node(), open_node(), Journal()

    async def talk():
        first = asyncio.ensure_future(journal.turn(one, sender, "holder", 1))
        await filled(one, sender, 1)
        waiter = asyncio.ensure_future(journal.turn(other, sender, "put out"))
        await filled(one, sender, 2)
        one.finish_serving(sender, max(ticket.number for ticket in one.get_lock(sender).tickets))
        await asyncio.gather(first, waiter)

    run(talk())

    assert journal.order == ["holder", "put out"]
    assert journal.most == 1
