"""The store as Rasa uses it: `async with lock_store.lock(sender_id)`, on each service, on one node and on two."""

import asyncio
import time

import pytest
from rasa.core.lock_store import LockError

from parlance_rasa.locks.errors import LeaseLost, QueueFull, WaitedTooLong
from parlance_rasa.turn import current_ticket

LEASE, POLL = 0.6, 0.25


class Journal:
    """Notes who is inside, when, and how many are at once."""

    def __init__(self):
        self.order, self.inside, self.most = [], 0, 0

    async def turn(self, store, sender, name, seconds=0.01):
        async with store.lock(sender):
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.order.append(name)
            await asyncio.sleep(seconds)
            self.inside -= 1


async def empty(store, sender):
    """Wait until nobody is in the queue: giving back goes on in the background."""
    until = time.monotonic() + 2
    while store.get_lock(sender):
        assert time.monotonic() < until, "the queue never got empty"
        await asyncio.sleep(0.01)


def test_messages_of_one_node_run_one_by_one_in_order(store, sender, run):
    journal = Journal()

    async def talk():
        await asyncio.gather(*(journal.turn(store, sender, number) for number in range(12)))

    run(talk())

    assert journal.order == list(range(12))
    assert journal.most == 1


def test_messages_of_two_nodes_never_overlap(open_store, sender, run):
    journal, nodes = Journal(), [open_store(), open_store()]

    async def talk():
        await asyncio.gather(*(journal.turn(nodes[number % 2], sender, number) for number in range(20)))

    run(talk())

    assert journal.most == 1
    assert sorted(journal.order) == list(range(20))
    assert [number for number in journal.order if number % 2] == list(range(1, 20, 2))


def test_two_conversations_do_not_wait_for_each_other(store, sender, run):
    async def talk():
        async with store.lock(sender), store.lock(sender + "-other"):
            return True

    assert run(asyncio.wait_for(talk(), 2))


def test_the_ticket_is_known_inside_and_nowhere_else(store, sender, run):
    async def talk():
        before = current_ticket.get()
        async with store.lock(sender) as lock:
            inside = current_ticket.get()
            assert lock.now_serving == inside
            assert not lock.is_locked(inside)
            assert await asyncio.ensure_future(asyncio.sleep(0, current_ticket.get())) == inside
        assert current_ticket.get() == before
        return inside

    first, second = run(talk()), run(talk())

    assert abs(first / 1000 - time.time()) < 60
    assert second == first + 1


def test_an_error_inside_passes_through_and_frees_the_lock(store, sender, run):
    async def talk():
        with pytest.raises(ZeroDivisionError):
            async with store.lock(sender):
                raise ZeroDivisionError
        await empty(store, sender)

    run(talk())


def test_a_turn_that_is_cancelled_frees_the_lock(store, sender, run):
    async def talk():
        task = asyncio.ensure_future(Journal().turn(store, sender, "slow", 5))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(Journal().turn(store, sender, "next"), 1)

    run(talk())


def test_a_waiter_that_is_cancelled_leaves_the_queue(open_store, sender, run):
    one, other, journal = open_store(), open_store(), Journal()

    async def talk():
        tasks = [asyncio.ensure_future(journal.turn(one, sender, "holder", 0.4))]
        await asyncio.sleep(0.1)
        tasks += [asyncio.ensure_future(journal.turn(store, sender, "gone")) for store in (one, other)]
        await asyncio.sleep(0.1)
        tasks += [asyncio.ensure_future(journal.turn(store, sender, "stays")) for store in (one, other)]
        await asyncio.sleep(0.05)
        for task in tasks[1:3]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(talk())

    assert journal.order == ["holder", "stays", "stays"]
    assert journal.most == 1


def test_a_full_queue_answers_at_once(open_store, sender, run):
    store = open_store(queue_cap=2)

    async def talk():
        tasks = [asyncio.ensure_future(Journal().turn(store, sender, number, 0.3)) for number in range(2)]
        await asyncio.sleep(0.1)
        start = time.monotonic()
        with pytest.raises(QueueFull, match=r"2 messages of conversation 'user-\w+' are waiting already"):
            await Journal().turn(store, sender, "one too many")
        assert time.monotonic() - start < 0.2
        await asyncio.gather(*tasks)
        await Journal().turn(store, sender, "there is room again")

    run(talk())

    assert store.metrics.totals()["queue_full"] == 1


def test_a_waiter_gives_up_at_the_wait_cap(open_store, sender, run):
    one, other = open_store(wait_cap=0.3), open_store(wait_cap=0.3)

    async def talk():
        async with one.lock(sender):
            for store in (one, other):
                start = time.monotonic()
                with pytest.raises(WaitedTooLong, match=r"did not come within 0\.3 s"):
                    await Journal().turn(store, sender, "late")
                assert time.monotonic() - start < 1
        await empty(one, sender)

    run(talk())


def test_errors_are_rasas_own(store):
    assert issubclass(QueueFull, LockError)
    assert issubclass(WaitedTooLong, LockError)
    assert issubclass(LeaseLost, LockError)


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

    run(talk())
    store.close()

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


def test_waiters_of_one_node_cost_no_polls(store, sender, run):
    looks = []
    look = store._service.look
    store._service.look = lambda key: looks.append(key) or look(key)

    async def talk():
        await asyncio.gather(*(Journal().turn(store, sender, number) for number in range(8)))

    run(talk())

    assert looks == []


def test_a_leftover_of_this_process_is_put_out_at_once(store, sender, run):
    store._service.take(store._key(sender), store._line._names.process + "lost.1", 1, 9)
    start = time.monotonic()

    run(Journal().turn(store, sender, "next"))

    assert time.monotonic() - start < LEASE


def test_the_base_class_methods_work(store, sender):
    first, second = store.issue_ticket(sender), store.issue_ticket(sender, 10)

    assert second == first + 1
    assert store.get_lock(sender).now_serving == first
    assert store.is_someone_waiting(sender)
    store.cleanup(sender, first)
    assert store.get_lock(sender).now_serving == second
    store.update_lock(sender)
    store.finish_serving(sender, second)
    assert not store.is_someone_waiting(sender)
    assert store.get_lock(sender) is None
    assert store.issue_ticket(sender) == second + 1
    with pytest.raises(LockError, match="cannot be written as a whole"):
        store.save_lock(store.get_lock(sender))


@pytest.mark.parametrize("odd", ["", " ", "x" * 5000, "nul\0", "雪☃", "\ud800", "a'b\"c%s{}#:?"], ids=ascii)
def test_any_sender_id_can_be_locked(store, sender, run, odd):
    journal = Journal()

    async def talk():
        await asyncio.gather(journal.turn(store, odd, 1), journal.turn(store, odd, 2))
        await empty(store, odd)

    run(talk())

    assert journal.order == [1, 2]


def test_metrics_tell_what_happened(open_store, sender, run):
    one, other = open_store(), open_store()

    async def talk():
        async with one.lock(sender):
            task = asyncio.ensure_future(Journal().turn(other, sender, "waits", 0.05))
            await asyncio.sleep(0.2)
        await task

    run(talk())
    one.close()
    other.close()

    totals = other.metrics.totals()
    assert (totals["taken"], totals["waited"], totals["evictions"]) == (1, 1, 0)
    assert 100 < totals["wait_ms_sum"] < 1500
    assert 50 <= totals["hold_ms_sum"] < 500
    assert totals["queue_length_sum"] == 2
    assert '"Namespace": "Parlance/Locks"' in other.metrics.line()
    assert other.metrics.line() == ""
