"""Turns, loops and stores that end in unusual ways leave nothing behind that blocks a conversation."""

import asyncio
import threading
import time

import pytest

from parlance_rasa.locks.errors import Transient
from parlance_rasa.locks.options import Options
from parlance_rasa.locks.store import TicketLockStore
from parlance_rasa.turn import current_ticket

from .memory import Memory, both_sides, left, turn
from .test_trouble import failing


@pytest.fixture
def memory():
    return Memory()


@pytest.fixture
def open_node(memory):
    opened = []

    def build(**options):
        wanted = Options(**dict({"lease": 0.6, "wait_cap": 10, "metrics": 0}, **options))
        opened.append(TicketLockStore(both_sides(memory), wanted, name="memory", first_poll=0.01))
        return opened[-1]

    yield build
    memory.before = lambda step: None
    for store in opened:
        store.close()


def test_a_turn_that_is_finished_in_another_context_gives_its_ticket_back(open_node, memory, run):
    store = open_node()

    async def talk():
        lock = store.lock("me")
        await asyncio.ensure_future(lock.__aenter__())  # a task has a context of its own
        assert memory.view("me").tickets
        await lock.__aexit__(None, None, None)
        await left(store)

    run(talk())

    assert memory.view("me").tickets == {}
    assert not store._line._pulse._places
    assert current_ticket.get() is None


@pytest.fixture
def ended_loop():
    """Run a coroutine in a loop that is closed then without cancelling what is left of its tasks."""
    loops = []

    def run_in_one(coroutine):
        loops.append(asyncio.new_event_loop())
        loops[-1].set_exception_handler(lambda *_: None)
        result = loops[-1].run_until_complete(coroutine)
        loops[-1].close()
        return result

    return run_in_one


async def held(store):
    """Begin a turn that never ends; return its task."""
    holds = asyncio.Event()
    task = asyncio.ensure_future(hold(store, holds))
    await holds.wait()
    return task


async def hold(store, holds):
    async with store.lock("me"):
        holds.set()
        await asyncio.sleep(3600)


def test_a_give_back_that_its_loop_did_not_finish_does_not_block_the_next_loop(open_node, memory, run, ended_loop):
    store = open_node()
    memory.before = failing("give_back", 1)
    ended_loop(turn(store))

    assert run(turn(store))


@pytest.mark.parametrize("nodes", [1, 2])
def test_a_turn_whose_loop_is_closed_does_not_block_the_next_message(open_node, memory, run, ended_loop, nodes):
    stores = [open_node() for _ in range(nodes)]
    task = ended_loop(held(stores[0]))

    assert run(turn(stores[-1]))
    del task  # it was there until now, as a task is that somebody else refers to


def is_loops_own():
    return threading.current_thread().name.startswith("ThreadPoolExecutor")


def close_after(store, conversations):
    """Close a store while so many give-backs are under way in a loop that stands still."""
    loop = asyncio.new_event_loop()
    loop.run_until_complete(all_turns(store, conversations))
    store.close()
    loop.close()


async def all_turns(store, conversations):
    await asyncio.gather(*(turn(store, f"user{number}") for number in range(conversations)))


def test_a_store_that_is_closed_gives_back_side_by_side(open_node, memory):
    store, together = open_node(threads=4), threading.Barrier(4)

    def meet(step):
        if step == "give_back":
            if is_loops_own():
                raise Transient
            together.wait(10)

    memory.before = meet
    close_after(store, 4)

    assert not any(memory.view(f"user{number}").tickets for number in range(4))


def test_a_store_that_is_closed_has_one_patience_for_all_give_backs(open_node, memory):
    store, tries = open_node(threads=1, patience=0.2), []

    def stay_away(step):
        if step == "give_back":
            if not is_loops_own():
                tries.append(step)
                time.sleep(0.4)
            raise Transient

    memory.before = stay_away
    close_after(store, 5)

    assert len(tries) <= 1
