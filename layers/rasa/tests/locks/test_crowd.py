"""Crowds on two nodes, with messages that are cancelled at any moment: alone, all done, nothing left."""

import asyncio
import random
import threading
import time

import pytest

from parlance_rasa.locks.options import Options
from parlance_rasa.locks.store import TicketLockStore

from .memory import Memory, both_sides, turn


def open_node(memory):
    options = Options(lease=5, patience=2, metrics=0, wait_cap=20, queue_cap=100, threads=4)
    return TicketLockStore(both_sides(memory), options, name="memory", first_poll=0.002)


@pytest.mark.parametrize("seed", range(6))
def test_a_crowd_with_cancellations_goes_through_one_by_one(run, seed):
    chance, memory = random.Random(seed), Memory()
    nodes = [open_node(memory) for _ in range(2)]
    memory.before = memory.after = lambda step: time.sleep(random.uniform(0, 0.004))
    inside, most, done = [], [0], []

    async def message(number):
        await asyncio.sleep(chance.uniform(0, 0.2))
        key = f"user{number % 3 if seed % 2 else 0}"  # one conversation, or three
        async with nodes[number % 2].lock(key):
            inside.append(key)
            most[0] = max(most[0], inside.count(key))
            try:
                await asyncio.sleep(chance.uniform(0, 0.004))
                done.append(number)
            finally:
                inside.remove(key)

    async def crowd():
        tasks = [asyncio.ensure_future(message(number)) for number in range(60)]
        for task in chance.sample(tasks, 25):
            asyncio.get_running_loop().call_later(chance.uniform(0, 0.4), task.cancel)
        return await asyncio.gather(*tasks, return_exceptions=True)

    results = run(asyncio.wait_for(crowd(), 60))
    for node in nodes:
        node.close()

    assert most[0] == 1
    assert len(done) >= 35
    assert all(result is None or isinstance(result, asyncio.CancelledError) for result in results)
    assert all(not memory.view(key).tickets for key in list(memory.items))


def test_one_that_leaves_before_its_ticket_lets_nobody_pass_the_one_before(run):
    memory = Memory()
    store = open_node(memory)
    memory.calls.clear()
    order, go_on = [], threading.Event()
    memory.before = lambda step: go_on.wait(60) if len(memory.calls) == 1 else None

    async def message(name):
        async with store.lock("me"):
            order.append(name)

    async def talk():
        tasks = [asyncio.ensure_future(message(name)) for name in ("first", "cancelled", "last")]
        while not memory.calls:  # noqa: ASYNC110 - the first one asks for its ticket in a thread
            await asyncio.sleep(0.01)
        tasks[1].cancel()
        go_on.set()
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 60)
        return await turn(store)

    run(talk())
    store.close()

    assert order == ["first", "last"]
