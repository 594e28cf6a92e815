"""A service that is slow, repeats, forgets replies or is away: nothing blocks the loop, no message is lost."""

import asyncio
import threading
import time

import pytest
from rasa.core.lock_store import LockError

from parlance_rasa.locks.errors import StoreUnavailable, Transient
from parlance_rasa.locks.options import Options
from parlance_rasa.locks.store import TicketLockStore

from .memory import Memory, both_sides, left, turn


@pytest.fixture
def memory():
    return Memory()


@pytest.fixture
def store(memory):
    store = opened(memory, lease=0.6)
    yield store
    memory.before = memory.after = lambda step: None
    store.close()


def opened(memory, lease):
    store = TicketLockStore(
        both_sides(memory), Options(lease=lease, patience=1.0, metrics=0), name="memory", first_poll=0.01
    )
    memory.calls.clear()
    return store


def failing(step, times, error=Transient):
    left = [times]

    def fail(name):
        if name == step and left[0]:
            left[0] -= 1
            raise error(f"{step} failed")

    return fail


def test_a_free_lock_costs_one_call_before_the_turn_and_one_after(store, memory, run):
    async def talk():
        for _ in range(5):
            await turn(store)
            await left(store)

    run(talk())

    assert memory.calls == ["take", "give_back"] * 5


def test_a_slow_service_does_not_block_the_loop(memory, run):
    store = opened(memory, lease=60)
    memory.before = lambda step: time.sleep(3)
    worst = [0.0]

    async def watch():
        while True:
            start = time.monotonic()
            await asyncio.sleep(0.005)
            worst[0] = max(worst[0], time.monotonic() - start)

    async def talk():
        watcher = asyncio.ensure_future(watch())
        await asyncio.gather(*(turn(store, f"user{number}") for number in range(8)))
        watcher.cancel()

    run(talk())
    store.close()

    assert worst[0] < 2.7


def test_the_reply_does_not_wait_for_the_give_back(store, memory, run):
    replied, waited = threading.Event(), []
    memory.before = lambda step: waited.append(replied.wait(60)) if step == "give_back" else None

    async def talk():
        await turn(store)
        replied.set()
        await left(store)

    run(talk())

    assert waited == [True]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", ["take", "give_back"])
def test_failing_calls_are_tried_again_and_cost_no_second_ticket(store, memory, run, step, moment):
    setattr(memory, moment, failing(step, 2))

    async def talk():
        return [await turn(store), await turn(store)]

    first, second = run(talk())
    store.close()

    assert second == first + 1
    assert store.metrics.totals()["retries"] == 2
    assert store.metrics.totals()["lost_leases"] == 0
    assert memory.view("me") == ({}, {})


def test_a_service_that_stays_away_is_said_so(store, memory, run):
    memory.before = failing("take", 99)

    async def talk():
        with pytest.raises(StoreUnavailable, match=r"did not answer in \d+ tries: take failed"):
            await turn(store)
        memory.before = lambda step: None
        return await turn(store)

    assert run(talk())
    assert issubclass(StoreUnavailable, LockError)


def test_a_waiter_survives_a_look_that_fails(store, memory, run):
    memory.take("me", "another", 1, 9)
    memory.before = failing("look", 3)

    assert run(turn(store))
    assert store.metrics.totals()["evictions"] == 1


def test_a_give_back_that_never_arrived_delays_the_next_message_by_a_poll_only(memory, run):
    store = opened(memory, lease=3600)

    async def talk():
        memory.before = failing("give_back", 99)
        first = asyncio.ensure_future(turn(store))
        await asyncio.sleep(1.5)  # its patience is over
        memory.before = lambda step: None
        return await first, await turn(store)

    first, second = run(asyncio.wait_for(talk(), 60))
    store.close()

    assert second > first


def test_a_take_whose_caller_was_cancelled_is_given_back(store, memory, run):
    cancelled = threading.Event()
    memory.before = lambda step: cancelled.wait(60) if step == "take" else None

    async def talk():
        task = asyncio.ensure_future(turn(store))
        while not memory.calls:  # noqa: ASYNC110 - the take is under way in a thread
            await asyncio.sleep(0.01)
        task.cancel()
        cancelled.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        await left(store)

    run(talk())

    assert memory.view("me").tickets == {}
    assert memory.calls == ["take", "give_back"]


def test_a_holder_that_cannot_reach_the_service_for_a_lease_stops_by_itself(store, memory, run):
    async def long():
        async with store.lock("me"):
            memory.before = failing("beat", 99)
            await asyncio.sleep(3600)

    with pytest.raises(LockError, match="no sign of life reached the store for a whole lease"):
        run(asyncio.wait_for(long(), 60))


def test_a_take_that_took_longer_than_the_lease_is_confirmed_before_the_turn(store, memory, run):
    memory.after = lambda step: time.sleep(0.7 if step == "take" else 0)

    run(turn(store))
    store.close()

    assert memory.calls == ["take", "beat", "give_back"]
