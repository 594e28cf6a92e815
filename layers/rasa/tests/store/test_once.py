"""A turn is one statement that may be sent again: whatever became of its first try, the turn is there once."""

import asyncio
import json

import psycopg2
import pytest
from rasa.shared.core.trackers import DialogueStateTracker
from support.talking import DOMAIN, as_dicts, said, session_start, talk, turn
from support.wire import lose_answer

from parlance_rasa import journal

LOST = psycopg2.OperationalError("the connection is gone")


class Listener:
    def __init__(self):
        self.turns = []

    def publish_turn(self, body, outbox, outbox_id):
        self.turns.append((body, outbox_id))


def drafted(version, *texts, ticket=2000):
    return journal.Draft("web-1", [said(text).as_dict() for text in texts], ticket, version)


def write(store, draft):
    return journal.write(store.database, draft, "production", outbox=True)


def test_a_first_try_that_arrives_late_finds_its_turn_and_does_nothing(open_store, rows, run):
    store = open_store(Listener())
    draft = drafted(None, "one", "two")

    async def late():
        first = await write(store, draft)
        await write(store, drafted(first.version, "three", ticket=3000))
        return first, await write(store, draft)

    first, again = run(late())

    assert again == first
    assert rows("SELECT turn, overlap FROM parlance_turns ORDER BY turn") == [(2000, False), (3000, False)]
    assert rows("SELECT count(*) FROM events") == [(3,)]
    assert rows("SELECT count(*) FROM parlance_outbox") == [(2,)]


def test_both_tries_at_once_are_one_turn(open_store, rows, run):
    store = open_store(Listener())
    draft = drafted(None, "one", "two")

    async def both():
        return await asyncio.gather(*(write(store, draft) for _ in range(8)))

    assert len({saved.outbox_id for saved in run(both())}) == 1
    assert rows("SELECT count(*) FROM events") == [(2,)]


def test_another_turn_that_begins_alike_is_a_turn_of_its_own(open_store, rows, run):
    store = open_store(Listener())
    one = drafted(None, "one", "two")
    other = one._replace(events=one.events[:1])

    async def overlap():
        await write(store, one)
        return await write(store, other)

    assert run(overlap()).overlap
    assert rows("SELECT count(*) FROM events") == [(3,)]


@pytest.mark.parametrize("done", [True, False], ids=["done", "undone"])
def test_a_tracker_made_elsewhere_is_saved_once_when_the_answer_is_lost(open_store, rows, run, monkeypatch, done):
    broker = Listener()
    store = open_store(broker)
    tracker = run(talk(store, "web-1", *turn("hi")))
    longer = DialogueStateTracker.from_dict("web-1", as_dicts(tracker), DOMAIN.slots)
    longer.update(said("more"))
    lose_answer(monkeypatch, LOST, done=done)

    run(store.save(longer))

    assert rows("SELECT count(*) FROM events") == [(5,)]
    assert [len(json.loads(body)["events"]) for body, _ in broker.turns] == [4, 1]


@pytest.mark.parametrize("sender_id", ["web-1", "ж'\"\\%s", "\ud800"])
def test_what_is_published_is_what_the_outbox_keeps(open_store, rows, run, sender_id):
    broker = Listener()
    store = open_store(broker, environment='a "name"')

    run(talk(store, sender_id, *session_start()))
    run(talk(store, sender_id, *turn("ж \\ \" ' %s \x00")))

    assert rows("SELECT body, id FROM parlance_outbox ORDER BY id") == broker.turns


def test_a_turn_asks_the_database_twice(open_store, run, monkeypatch):
    store = open_store(Listener())
    asked = []

    async def conversation():
        await talk(store, "web-1", *session_start())
        await talk(store, "web-1", *turn("hi"))
        ask = store.database.ask
        monkeypatch.setattr(
            store.database, "ask", lambda statement, **values: asked.append(1) or ask(statement, **values)
        )
        await talk(store, "web-1", *turn("you"))

    run(conversation())
    assert len(asked) == 2
