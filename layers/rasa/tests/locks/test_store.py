"""The store as Rasa uses it: `async with lock_store.lock(sender_id)`, on each service, on one node and on two."""

import asyncio
import time

import pytest
from rasa.core.lock_store import LockError
from support.locking import Journal, empty, filled

from parlance_rasa.locks.errors import LeaseLost, QueueFull, WaitedTooLong
from parlance_rasa.turn import current_ticket

PATIENCE = 240  # seconds; only a broken store, never a busy machine, needs so many


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

    assert run(asyncio.wait_for(talk(), PATIENCE))


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
        task = asyncio.ensure_future(Journal().turn(store, sender, "slow", 3600))
        await filled(store, sender, 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(Journal().turn(store, sender, "next"), PATIENCE)

    run(talk())


def test_a_waiter_that_is_cancelled_leaves_the_queue(open_store, sender, run):
    one, other, journal = open_store(), open_store(), Journal()

    async def talk():
        tasks = [asyncio.ensure_future(journal.turn(one, sender, "holder", 1))]
        await filled(one, sender, 1)
        tasks += [asyncio.ensure_future(journal.turn(store, sender, "gone")) for store in (one, other)]
        await filled(one, sender, 3)
        tasks += [asyncio.ensure_future(journal.turn(store, sender, "stays")) for store in (one, other)]
        await filled(one, sender, 5)
        for task in tasks[1:3]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(talk())

    assert journal.order == ["holder", "stays", "stays"]
    assert journal.most == 1


def test_a_full_queue_answers_at_once(open_store, sender, run):
    store = open_store(queue_cap=2)

    async def talk():
        tasks = [asyncio.ensure_future(Journal().turn(store, sender, number, 1)) for number in range(2)]
        await filled(store, sender, 2)
        with pytest.raises(QueueFull, match=r"2 messages of conversation 'user-\w+' are waiting already"):
            await Journal().turn(store, sender, "one too many")
        assert not any(task.done() for task in tasks)
        await asyncio.gather(*tasks)
        await Journal().turn(store, sender, "there is room again")

    run(talk())

    assert store.metrics.totals()["queue_full"] == 1


def test_a_waiter_gives_up_at_the_wait_cap(open_store, sender, run):
    one, other = open_store(wait_cap=0.3), open_store(wait_cap=0.3)

    async def talk():
        async with one.lock(sender):
            for store in (one, other):
                with pytest.raises(WaitedTooLong, match=r"did not come within 0\.3 s"):
                    await asyncio.wait_for(Journal().turn(store, sender, "late"), PATIENCE)
        await empty(one, sender)

    run(talk())


def test_errors_are_rasas_own(store):
    assert issubclass(QueueFull, LockError)
    assert issubclass(WaitedTooLong, LockError)
    assert issubclass(LeaseLost, LockError)


def test_waiters_of_one_node_cost_no_polls(store, sender, run):
    looks = []
    look = store._line._service.look
    store._line._service.look = lambda key: looks.append(key) or look(key)

    async def talk():
        await asyncio.gather(*(Journal().turn(store, sender, number) for number in range(8)))

    run(talk())

    assert looks == []


def test_a_leftover_of_this_process_is_put_out_at_once(open_store, sender, run):
    store = open_store(lease=3600)
    store._service.take(store._key(sender), store._line._names.process + "lost.1", 1, 9)

    run(asyncio.wait_for(Journal().turn(store, sender, "next"), PATIENCE))


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
    assert 100 < totals["wait_ms_sum"] < 60_000
    assert 50 <= totals["hold_ms_sum"] < 60_000
    assert totals["queue_length_sum"] == 2
    assert '"Namespace": "Parlance/Locks"' in other.metrics.line()
    assert other.metrics.line() == ""
