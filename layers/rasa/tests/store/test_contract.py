"""What Rasa's own stores promise, held by ours: the same steps, the same answers."""

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore, check_if_tracker_store_async
from rasa.shared.core.events import ActionExecuted, Restarted, SessionStarted, UserUtteranceReverted
from rasa.shared.core.trackers import DialogueStateTracker
from support.talking import DOMAIN, as_dicts, said, session_start, talk, turn


@pytest.fixture(params=["ours", "stock SQL", "stock memory"])
def store(request, open_store):
    if request.param == "ours":
        return open_store()
    return SQLTrackerStore(DOMAIN, db=":memory:") if request.param == "stock SQL" else InMemoryTrackerStore(DOMAIN)


def test_rasa_finds_every_method_asynchronous(store):
    assert check_if_tracker_store_async(store)


def test_what_is_saved_is_retrieved(store, run):
    tracker = run(talk(store, "a", SessionStarted(), *turn("hi")))

    found = run(store.retrieve("a"))

    assert as_dicts(found) == as_dicts(tracker)
    assert found.get_slot("name") == "hi"


def test_an_unknown_conversation_is_none_and_does_not_exist(store, run):
    assert run(store.retrieve("nobody")) is None
    assert run(store.retrieve_full_tracker("nobody")) is None
    assert not run(store.exists("nobody"))


def test_a_created_tracker_listens_and_exists(store, run):
    tracker = run(store.get_or_create_tracker("a"))

    assert as_dicts(tracker) == as_dicts(run(store.retrieve("a")))
    assert tracker.latest_action_name == "action_listen"
    assert run(store.exists("a"))


def test_keys_name_every_conversation_once(store, run):
    for sender_id in ("a", "b", "a"):
        run(talk(store, sender_id, *turn("hi")))

    assert sorted(run(store.keys())) == ["a", "b"]


def test_only_the_last_session_is_retrieved_and_all_in_full(store, run):
    run(talk(store, "a", *session_start(), *turn("old")))
    run(talk(store, "a", *session_start(), *turn("new")))

    texts = [e["text"] for e in as_dicts(run(store.retrieve("a"))) if e["event"] == "user"]
    full = [e["text"] for e in as_dicts(run(store.retrieve_full_tracker("a"))) if e["event"] == "user"]

    assert (texts, full) == (["new"], ["old", "new"])


def test_saving_twice_changes_nothing(store, run):
    tracker = run(talk(store, "a", *turn("hi")))

    run(store.save(tracker))

    assert as_dicts(run(store.retrieve_full_tracker("a"))) == as_dicts(tracker)


def test_a_tracker_made_elsewhere_adds_what_is_longer(store, run):
    tracker = run(talk(store, "a", *turn("hi")))
    longer = DialogueStateTracker.from_dict("a", as_dicts(tracker), DOMAIN.slots)
    longer.update(said("more"))

    run(store.save(longer))

    assert as_dicts(run(store.retrieve("a"))) == as_dicts(longer)


@pytest.fixture
def ours(open_store):
    return open_store()


STEPS = strategies.lists(
    strategies.tuples(
        strategies.sampled_from("ab"),
        strategies.lists(
            strategies.sampled_from(["session", "turn", "listen", "restart", "revert"]), min_size=1, max_size=4
        ),
    ),
    max_size=8,
)
EVENTS = {
    "session": session_start,
    "turn": lambda: turn("x"),
    "listen": lambda: [ActionExecuted("action_listen")],
    "restart": lambda: [Restarted()],
    "revert": lambda: [UserUtteranceReverted()],
}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
def test_any_conversation_is_kept_as_stock_rasa_keeps_it(ours, rows, run, steps):
    stock = SQLTrackerStore(DOMAIN, db=":memory:")
    rows("TRUNCATE events, parlance_turns, parlance_outbox")

    for sender_id, names in steps:
        events = [event for name in names for event in EVENTS[name]()]
        for store in (ours, stock):
            run(talk(store, sender_id, *events))

    for sender_id in "ab":
        assert as_dicts(run(ours.retrieve(sender_id))) == as_dicts(run(stock.retrieve(sender_id)))
        full = run(ours.retrieve_full_tracker(sender_id)), run(stock.retrieve_full_tracker(sender_id))
        assert as_dicts(full[0]) == as_dicts(full[1])
