"""Leases as Rasa meets them: dead holders, long turns, turns that lose their lock."""

import asyncio
import time

import pytest
from support.locking import Journal

from parlance_rasa.locks.errors import LeaseLost

from .memory import left

LEASE, POLL = 0.6, 0.25


def test_a_dead_holder_costs_one_lease_and_one_poll(open_store, sender, run):
    dead, store, journal = open_store(), open_store(), Journal()
    for _ in range(3):
        dead.issue_ticket(sender)  # three of a node that dies: nobody beats for them
    start = time.monotonic()

    run(journal.turn(store, sender, "alive"))

    assert LEASE <= time.monotonic() - start < LEASE + 2 * POLL + 0.4
    assert store.metrics.totals()["evictions"] == 3


def test_a_long_turn_keeps_its_lock(open_store, sender, run):
    one, other, journal = open_store(), open_store(), Journal()

    async def talk():
        first = asyncio.ensure_future(journal.turn(one, sender, "long", 3 * LEASE))
        await asyncio.sleep(0.05)
        await asyncio.gather(first, journal.turn(other, sender, "patient"))

    run(talk())

    assert journal.order == ["long", "patient"]
    assert journal.most == 1
    assert other.metrics.totals()["evictions"] == 0


def test_a_turn_that_blocks_the_event_loop_keeps_its_lock(open_store, sender, run):
    one, other = open_store(), open_store()

    async def talk():
        async with one.lock(sender):
            waiter, taken = Journal(), one.get_lock(sender)
            time.sleep(2.5 * LEASE)  # noqa: ASYNC251 - a model that loads on the loop does this
            assert one.get_lock(sender).now_serving == taken.now_serving
        await waiter.turn(other, sender, "next")

    run(talk())

    assert one.metrics.totals()["lost_leases"] == 0


def test_a_lost_lease_cancels_the_turn_and_says_why(open_store, sender, run):
    store = open_store()

    async def released():
        async with store.lock(sender) as lock:
            store.finish_serving(sender, lock.now_serving)  # what an operator's release does
            await asyncio.sleep(10)

    async def talk():
        with pytest.raises(LeaseLost, match="put it out of the queue"):
            await released()
        await Journal().turn(store, sender, "next")

    start = time.monotonic()
    run(talk())

    assert time.monotonic() - start < 2 * LEASE + 1
    store.close()
    assert store.metrics.totals()["lost_leases"] == 1


def test_a_lease_lost_at_the_end_is_counted(store, sender, run):
    async def talk():
        async with store.lock(sender) as lock:
            store.finish_serving(sender, lock.now_serving)
        await left(store)

    run(talk())

    assert store.metrics.totals()["lost_leases"] == 1


def test_a_turn_over_the_hold_cap_is_cancelled(open_store, sender, run):
    store = open_store(hold_cap=0.4)

    async def talk():
        with pytest.raises(LeaseLost, match=r"ran for 0\.4 s"):
            await Journal().turn(store, sender, "hung", 10)
        await Journal().turn(store, sender, "next")

    run(asyncio.wait_for(talk(), 3))


def test_a_waiter_that_was_put_out_queues_again(open_store, sender, run):
    one, other, journal = open_store(), open_store(), Journal()

    async def talk():
        first = asyncio.ensure_future(journal.turn(one, sender, "holder", 0.5))
        await asyncio.sleep(0.1)
        waiter = asyncio.ensure_future(journal.turn(other, sender, "put out"))
        await asyncio.sleep(0.1)
        one.finish_serving(sender, max(ticket.number for ticket in one.get_lock(sender).tickets))
        await asyncio.gather(first, waiter)

    run(talk())

    assert journal.order == ["holder", "put out"]
    assert journal.most == 1
