import asyncio
import json

import psycopg2
import pytest
from rasa.core.agent import Agent
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.events import Event, SlotSet, UserUttered
from support.talking import DOMAIN, as_dicts, said, session_start, talk, turn
from support.wire import lose_answer, refuse

from parlance_rasa.errors import TurnFailed


class Listener:
    def __init__(self):
        self.bodies = []

    def publish_turn(self, body, outbox, outbox_id):
        self.bodies.append(json.loads(body))


LOST = psycopg2.OperationalError("the connection is gone")
REFUSED = psycopg2.DataError("no such thing")


@pytest.mark.parametrize("error", [LOST, REFUSED], ids=["lost connection", "refused data"])
def test_rasas_agent_cannot_hide_a_turn_that_was_not_saved(open_store, rows, run, error, monkeypatch):
    broker = Listener()
    store = open_store(broker, patience_s=0.2)
    agent = Agent(DOMAIN, tracker_store=store)
    assert isinstance(agent.tracker_store, FailSafeTrackerStore)
    tracker = run(talk(agent.tracker_store, "web-1", *turn("saved")))
    published = len(broker.bodies)
    refuse(monkeypatch, "parlance_save(%", error)

    tracker.update(said("lost"))
    with pytest.raises(TurnFailed):
        run(agent.tracker_store.save(tracker))

    assert agent.tracker_store._fallback_tracker_store is None
    assert len(broker.bodies) == published
    assert rows("SELECT count(*) FROM parlance_turns") == [(1,)]
    assert rows("SELECT count(*) FROM events") == [(4,)]


def test_rasas_agent_cannot_take_an_unreadable_conversation_for_a_new_one(open_store, run, monkeypatch):
    store = open_store(patience_s=0.2)
    agent = Agent(DOMAIN, tracker_store=store)
    run(talk(agent.tracker_store, "web-1", *turn("hi")))
    refuse(monkeypatch, "parlance_read(", LOST)

    with pytest.raises(TurnFailed):
        run(agent.tracker_store.get_or_create_tracker("web-1"))


class Unequal(dict):
    """A value that cannot be compared, like an array of numbers."""

    def __eq__(self, other):
        raise ValueError("the truth value is ambiguous")

    __hash__ = None


def odd_events():
    return [
        Event.from_parameters({"event": "slot", "name": "name", "value": "Ada", "timestamp": "1700000000"}),
        UserUttered("hi", parse_data={"text_tokens": [1, 2]}),
        UserUttered("hi", parse_data={"text_tokens": 1}),
        SlotSet("name", Unequal(a=1)),
    ]


def test_a_turn_with_odd_values_is_saved_once_and_published_once(open_store, rows, run):
    broker = Listener()
    store = open_store(broker)
    agent = Agent(DOMAIN, tracker_store=store)

    async def conversation():
        await talk(agent.tracker_store, "web-1", *session_start())
        for event in odd_events():
            await talk(agent.tracker_store, "web-1", event)
        return await agent.tracker_store.retrieve("web-1")

    assert len(run(conversation()).events) == 5  # what is older than the session belongs to another one
    assert agent.tracker_store._fallback_tracker_store is None
    assert rows("SELECT count(*) FROM events") == [(7,)]
    assert [len(body["events"]) for body in broker.bodies] == [3, 1, 1, 1, 1]


def test_a_turn_that_cannot_be_written_down_fails(open_store, rows, run):
    class Odd(SlotSet):
        def as_dict(self):
            raise TypeError("what is this?")

    agent = Agent(DOMAIN, tracker_store=open_store())
    run(talk(agent.tracker_store, "web-1", *session_start()))

    with pytest.raises(TurnFailed):
        run(talk(agent.tracker_store, "web-1", Odd("name", 1)))

    assert agent.tracker_store._fallback_tracker_store is None
    assert rows("SELECT count(*) FROM events") == [(3,)]


def test_a_turn_that_failed_is_saved_by_the_next_try(open_store, run, monkeypatch):
    store = open_store(patience_s=0)
    tracker = run(talk(store, "web-1", *turn("one")))
    tracker.update(said("two"))
    with monkeypatch.context() as broken:
        refuse(broken, "parlance_save(%", LOST)
        with pytest.raises(TurnFailed):
            run(store.save(tracker))

    other = open_store()
    run(other.save(tracker))

    assert as_dicts(run(other.retrieve("web-1"))) == as_dicts(tracker)


@pytest.mark.parametrize("done", [True, False], ids=["done", "undone"])
def test_a_commit_whose_answer_is_lost_saves_the_turn_once(open_store, rows, run, monkeypatch, done):
    broker = Listener()
    store = open_store(broker)
    lose_answer(monkeypatch, LOST, done=done)

    tracker = run(talk(store, "web-1", *turn("hi")), ticket=1000)

    assert rows("SELECT turn FROM parlance_turns") == [(1000,)]
    assert rows("SELECT count(*) FROM events") == [(4,)]
    assert [body["turn"] for body in broker.bodies] == [1000]
    assert as_dicts(run(store.retrieve("web-1"))) == as_dicts(tracker)


def test_a_caller_that_is_cancelled_leaves_a_whole_turn(open_store, rows, run):
    broker = Listener()
    store = open_store(broker)

    async def cancelled():
        tracker = await store.get_or_create_tracker("web-1", append_action_listen=False)
        for event in turn("hi"):
            tracker.update(event)
        saving = asyncio.ensure_future(store.save(tracker))
        await asyncio.sleep(0)
        saving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await saving

    run(cancelled())

    assert rows("SELECT count(*) FROM events") == [(4,)]
    assert len(broker.bodies) == 1


def test_a_database_that_restarts_between_turns_goes_unnoticed(open_store, postgres, run):
    store = open_store(patience_s=20)
    run(talk(store, "web-1", *turn("before")))

    postgres.stop()
    postgres.start()
    tracker = run(talk(store, "web-1", *turn("after")))

    assert as_dicts(run(store.retrieve("web-1"))) == as_dicts(tracker)


def test_the_event_loop_runs_on_while_the_database_is_away(open_store, postgres, run):
    store = open_store(patience_s=1.0)
    run(talk(store, "web-1", *turn("before")))
    postgres.stop()

    async def beats():
        asking = asyncio.ensure_future(store.retrieve("web-1"))
        count = 0
        while not asking.done():
            await asyncio.sleep(0.02)
            count += 1
        with pytest.raises(TurnFailed):
            await asking
        return count

    try:
        assert run(beats()) > 10
    finally:
        postgres.start()


def test_a_stock_broker_gets_single_events_after_the_commit_and_cannot_fail_the_turn(open_store, rows, run):
    class Stock:
        def __init__(self):
            self.seen = []

        def publish(self, event):
            self.seen.append((event["sender_id"], event["event"], rows("SELECT count(*) FROM events")[0][0]))
            raise ConnectionError("the broker is away")

    broker = Stock()
    run(talk(open_store(broker), "web-1", *turn("hi")))

    assert broker.seen == [("web-1", event, 4) for event in ("user", "slot", "bot", "action")]


def test_no_log_holds_what_people_said(open_store, caplog, run, monkeypatch):
    store = open_store(patience_s=0)
    refuse(monkeypatch, "parlance_save(%", psycopg2.DataError("no such thing\nLINE 1: EXECUTE save('my secret')"))

    with pytest.raises(TurnFailed):
        run(talk(store, "web-1", *turn("my secret")))

    assert "my secret" not in "".join(record.getMessage() for record in caplog.records)
