"""Consumers die at any moment and work side by side: nothing is lost, nothing is stored twice, nobody deadlocks."""

import random
import threading
import time
from contextlib import closing

from functions.events.app import handler
from tests.support import consumer, moodbot, reference


def batches(turns, size):
    return {start: moodbot.batch(turns[start : start + size]) for start in range(0, len(turns), size)}


def test_killed_consumers_lose_nothing_and_store_nothing_twice(database, prove):
    turns = moodbot.turns(moodbot.events())
    waiting = batches(turns, 2)
    kills = 200 if prove else 10

    interrupted = sum(worked_until_killed(database, waiting, kills - kill) for kill in range(kills))
    last = consumer.start(database, waiting)
    last.communicate()

    assert last.returncode == 0
    assert interrupted >= kills / 2
    assert reference.stored(database) == reference.tables(turns)


def worked_until_killed(database, waiting, kills_left):
    """Let a consumer work for a moment and kill it; tell whether work was left. What it said is done, is done."""
    share = list(waiting)[: 4 * (1 + len(waiting) // kills_left)]
    process = consumer.start(database, {number: waiting[number] for number in share})
    time.sleep(random.uniform(0, 0.05))
    process.kill()
    done = process.communicate()[0].split()
    for number in done:
        del waiting[int(number)]
    return len(done) < len(share)


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


def test_conversation_deleted_while_its_turn_arrives_is_whole_again(database):
    first, second = moodbot.turns(moodbot.events())[:2]
    handler(moodbot.batch([first]), None)

    with closing(database.connect()) as other:
        other.run("BEGIN")
        other.run("SELECT FROM conversations FOR UPDATE")
        arriving = threading.Thread(target=handler, args=(moodbot.batch([second]), None))
        arriving.start()
        time.sleep(0.3)
        for table in reversed(reference.TABLES):
            other.run(f"DELETE FROM {table}")
        other.run("COMMIT")
        arriving.join()

    assert reference.stored(database) == reference.tables([second])
