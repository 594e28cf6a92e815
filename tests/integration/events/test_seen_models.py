"""Models of conversations from before the filter by model are read a little with each sweep, whatever else goes on."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from functions.sweep.app import handler as sweep
from parlance.adapters import unread_models
from parlance.services import seen_models
from tests.support import events as rasa
from tests.support.events import NOON

if TYPE_CHECKING:
    from tests.support.database import Database
    from tests.support.queues import Queues

WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
SENDERS = [f"c{number}" for number in range(5)]


@pytest.fixture
def old(database: Database) -> Database:
    """Five conversations whose models were not named when they were stored."""
    rasa.store(*(rasa.greeting(sender, NOON) for sender in SENDERS))
    database.rows("UPDATE seen_names SET names = array_remove(names, 'model:m1')")
    database.rows("DELETE FROM name_counts WHERE name = 'model:m1'")
    database.rows("INSERT INTO unread_models (read_upto) VALUES ('')")
    return database


def named(database: Database) -> list[str]:
    rows = database.rows("SELECT sender_id FROM seen_names WHERE 'model:m1' = ANY (names) ORDER BY 1")
    return [row["sender_id"] for row in rows]


def wait_for_somebody_who_waits(database: Database) -> None:
    give_up = time.monotonic() + 120
    while not database.rows(WAITING):
        assert time.monotonic() < give_up, "nobody waited"
        time.sleep(0.02)


def test_a_step_reads_so_many_and_the_next_one_goes_on_until_all_are_read(old: Database) -> None:
    steps = [(unread_models.read_next(2), named(old)) for _ in range(5)]

    assert steps == [(2, SENDERS[:2]), (2, SENDERS[:4]), (1, SENDERS), (0, SENDERS), (0, SENDERS)]
    assert old.rows("SELECT read_upto FROM unread_models") == []


def test_what_was_read_before_may_be_read_again(old: Database) -> None:
    unread_models.read_next(3)
    old.rows("UPDATE unread_models SET read_upto = ''")

    assert unread_models.read_next(100) == 5
    assert named(old) == SENDERS


def test_a_sweep_has_some_seconds_for_it(old: Database, topic: Queues, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen_models, "MOST", 2)
    monkeypatch.setattr(seen_models, "PATIENCE", -1.0)
    assert (sweep({}, None)["models_read"], named(old)) == (2, SENDERS[:2])

    monkeypatch.setattr(seen_models, "PATIENCE", 600.0)
    assert (sweep({}, None)["models_read"], named(old)) == (3, SENDERS)
    assert sweep({}, None)["models_read"] == 0


def test_who_erases_a_conversation_meanwhile_leaves_nothing(old: Database) -> None:
    with closing(old.connect()) as eraser, ThreadPoolExecutor(1) as pool:
        eraser.run("BEGIN")
        eraser.run("SELECT FROM conversations WHERE sender_id = 'c1' FOR UPDATE")
        reading = pool.submit(unread_models.read_next, 100)
        wait_for_somebody_who_waits(old)
        for table in ("seen_names", "events", "conversations"):
            eraser.run(f"DELETE FROM {table} WHERE sender_id = 'c1'")
        eraser.run("COMMIT")

        assert reading.result(timeout=240) == 5
    assert named(old) == ["c0", "c2", "c3", "c4"]


def test_two_sweeps_do_not_wait_for_each_other(old: Database) -> None:
    with closing(old.connect()) as other:
        other.run("BEGIN")
        other.run("SELECT FROM unread_models FOR UPDATE")

        assert seen_models.catch_up() == 0
    assert named(old) == []
