"""Consumers die at any moment and work side by side: nothing is lost, nothing is stored twice, nobody deadlocks."""

import random
import threading
import time
from contextlib import closing

from functions.events.app import handler
from tests.support import consumer, moodbot, reference

WAITERS = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def batches(turns, size):
    return {start: moodbot.batch(turns[start : start + size]) for start in range(0, len(turns), size)}


def test_killed_consumers_lose_nothing_and_store_nothing_twice(database, prove):
    turns = moodbot.turns(moodbot.events())
    waiting = batches(turns, 2)
    kills = 200 if prove else 10

    interrupted, lives = 0, 0
    while interrupted < kills:
        interrupted += worked_until_killed(database, waiting, turns, kills - interrupted)
        lives += 1
        assert lives < 3 * kills
    last = consumer.start(database, waiting)
    last.communicate()

    assert last.returncode == 0
    assert reference.stored(database) == reference.tables(turns)


def worked_until_killed(database, waiting, turns, kills_left):
    """Let a consumer work for a moment and kill it; tell whether work was left. What it said is done, is done.

    It has new batches first, as many as leave some for later kills; then all over again what is stored already.
    """
    share = list(waiting)[: 4 * (1 + len(waiting) // kills_left)]
    known = {-number - 1: batch for number, batch in batches(turns, 2).items() if number not in waiting}
    work = {number: waiting[number] for number in share} | known
    process = consumer.start(database, work)
    time.sleep(random.uniform(0, 0.05))
    process.kill()
    done = process.communicate()[0].split()
    for number in done:
        waiting.pop(int(number), None)
    return len(done) < len(work)


def test_consumers_side_by_side_agree_and_never_deadlock(database):
    turns = moodbot.turns(moodbot.events()[:1600])

    orders = [random.Random(seed).sample(turns, len(turns)) for seed in range(3)]
    workers = [consumer.start(database, batches(order, 40)) for order in orders]
    for worker in workers:
        worker.communicate()

    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert reference.stored(database) == reference.tables(turns)
    deadlocks = database.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    assert deadlocks == [{"deadlocks": 0}]


def await_waiter(database):
    """Return when somebody waits for a lock."""
    until = time.monotonic() + 240
    while not database.rows(WAITERS):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_conversation_deleted_while_its_turn_arrives_is_whole_again(database):
    first, second = moodbot.turns(moodbot.events())[:2]
    handler(moodbot.batch([first]), None)

    with closing(database.connect()) as other:
        other.run("BEGIN")
        other.run("SELECT FROM conversations FOR UPDATE")
        arriving = threading.Thread(target=handler, args=(moodbot.batch([second]), None))
        arriving.start()
        await_waiter(database)
        for table in reversed(reference.TABLES):
            other.run(f"DELETE FROM {table}")
        other.run("COMMIT")
        arriving.join()

    assert reference.stored(database) == reference.tables([second])
