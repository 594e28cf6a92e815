"""A tracker that is kept from one turn to the next is the one that a reader would get, or it is not used."""

import copy
import random
from datetime import datetime
from types import SimpleNamespace

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    FollowupAction,
    ReminderScheduled,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from support.talking import DOMAIN, as_dicts, said, session_start, talk, turn

from parlance_rasa.warm import Limits, Warm

MORE = Domain.from_dict({"slots": {"more": {"type": "text", "mappings": [{"type": "custom"}]}}})
LATER = datetime(2030, 1, 1)  # noqa: DTZ001 - Rasa's reminders have no zone
STATE = (
    "active_loop",
    "latest_action",
    "latest_action_name",
    "followup_action",
    "sender_id",
    "_paused",
    "latest_bot_utterance",
    "latest_message",
)


def any_event(chance):
    return chance.choice([
        lambda: said(chance.choice("abc")),
        lambda: SlotSet("name", chance.choice(["Ada", None, ["x", 1.5], {"k": True}])),
        lambda: BotUttered("hello", {"buttons": [{"title": "a", "payload": "/b"}]}),
        lambda: ActionExecuted("action_listen", policy="p", confidence=0.5),
        lambda: ActionExecuted("utter_x"),
        lambda: FollowupAction("utter_x"),
        lambda: ActiveLoop(chance.choice(["form", None])),
        AllSlotsReset,
        UserUtteranceReverted,
        ActionReverted,
        Restarted,
        ConversationPaused,
        ConversationResumed,
        lambda: ReminderScheduled("greet", LATER),
    ])()  # fmt: skip


def state(tracker):
    slots = {name: (slot.value, slot.has_been_set) for name, slot in tracker.slots.items()}
    return dict({name: getattr(tracker, name) for name in STATE}, slots=slots)


@pytest.mark.parametrize("seed", range(8))
def test_it_is_what_a_reader_gets(open_store, run, seed):
    chance, warm, cold = random.Random(seed), open_store(), open_store()

    async def conversation():
        hits = 0
        await talk(warm, "web-1", *session_start())
        for _ in range(12):
            kept = "web-1" in warm._warm._kept
            mine, read = await warm.retrieve("web-1"), await cold.retrieve("web-1")
            hits += kept
            assert as_dicts(mine) == as_dicts(read)
            assert state(mine) == state(read)
            for event in [any_event(chance) for _ in range(chance.randint(1, 6))]:
                mine.update(event)
            await warm.save(mine)
        return hits

    assert run(conversation()) >= 6


@pytest.mark.parametrize(
    "change",
    [
        (
            "INSERT INTO events (sender_id, type_name, timestamp, data) SELECT sender_id, type_name, timestamp, data"
            " FROM events WHERE type_name = 'bot' LIMIT 1"
        ),
        "DELETE FROM events WHERE id = (SELECT min(id) FROM events WHERE type_name = 'user')",
        "DELETE FROM events",
    ],
    ids=["another node wrote", "a part was erased", "all was erased"],
)
def test_what_changed_in_the_database_is_read(open_store, rows, run, change):
    store, cold = open_store(), open_store()

    async def prepare():
        await talk(store, "web-1", *session_start())
        await talk(store, "web-1", *turn("hi"))
        await talk(store, "web-1", *turn("you"))

    async def same():
        assert as_dicts(await store.retrieve("web-1")) == as_dicts(await cold.retrieve("web-1"))

    run(prepare())
    assert "web-1" in store._warm._kept
    rows(change)
    run(same())


def test_a_turn_that_overlapped_another_is_read_again(open_store, rows, run):
    one, other = open_store(), open_store()

    async def both():
        await talk(one, "web-1", *session_start())
        mine, theirs = await one.retrieve("web-1"), await other.retrieve("web-1")
        mine.update(said("mine"))
        theirs.update(said("theirs"))
        await one.save(mine)
        await other.save(theirs)
        return await one.retrieve("web-1"), await other.retrieve("web-1")

    mine, theirs = run(both())

    assert rows("SELECT overlap FROM parlance_turns ORDER BY turn") == [(False,), (False,), (True,)]
    assert as_dicts(mine) == as_dicts(theirs)
    assert [event.text for event in mine.events if isinstance(event, UserUttered)] == ["mine", "theirs"]


@pytest.mark.parametrize(
    "odd",
    [SlotSet("name", ("a", "tuple")), SlotSet("name", float("nan")), SessionStarted(), said("old")],
    ids=["a tuple", "not a number", "a new session", "an event from before"],
)
def test_what_a_reader_would_see_otherwise_is_not_kept(open_store, run, odd):
    store = open_store()
    if isinstance(odd, UserUttered):
        odd.timestamp = 1.0

    async def conversation():
        await talk(store, "web-1", *session_start())
        await talk(store, "web-1", odd)
        assert "web-1" not in store._warm._kept
        await talk(store, "web-1", *turn("hi"))

    run(conversation())


def test_the_tokens_of_rasas_parser_are_no_hindrance(open_store, run):
    store = open_store()

    async def conversation():
        await talk(store, "web-1", *session_start())
        await talk(store, "web-1", UserUttered("hi you", parse_data={"text_tokens": [(0, 2), (3, 6)]}))
        return "web-1" in store._warm._kept

    assert run(conversation())


def test_a_turn_that_fails_takes_its_tracker_with_it(open_store, run):
    store = open_store()

    async def conversation():
        await talk(store, "web-1", *session_start())
        await talk(store, "web-1", *turn("hi"))
        broken = await store.retrieve("web-1")
        broken.update(said("never saved"))
        return await store.retrieve("web-1")

    assert "never saved" not in str(as_dicts(run(conversation())))


def test_a_new_model_reads(open_store, run):
    store = open_store()
    fresh = copy.copy(store)  # as a roll-out makes it

    async def conversation():
        await talk(store, "web-1", *session_start())
        await talk(store, "web-1", *turn("hi"))
        fresh.domain = MORE
        return await fresh.retrieve("web-1")

    assert "more" in run(conversation()).slots


def test_a_model_that_comes_while_a_turn_waits_is_not_taken_for_the_one_it_began_with(open_store, run):
    store = open_store()

    async def conversation():
        await talk(store, "web-1", *session_start())
        waiting = await store.retrieve("web-1")
        store.domain = DOMAIN.merge(MORE)  # as Rasa's own agent does it: the same store, another domain
        waiting.update(said("hi"))
        await store.save(waiting)
        await talk(store, "web-1", SlotSet("more", "told"))
        return await store.retrieve("web-1")

    assert run(conversation()).get_slot("more") == "told"


@pytest.mark.parametrize("value", [["a"], {"a": "b"}])
def test_a_value_that_can_be_changed_in_place_is_read_anew(open_store, run, value):
    store, cold = open_store(), open_store()

    async def conversation():
        await talk(store, "web-1", *session_start())
        await talk(store, "web-1", SlotSet("name", value))
        mine = await store.retrieve("web-1")
        mine.get_slot("name").clear()
        mine.update(said("hi"))
        await store.save(mine)
        return await store.retrieve("web-1"), await cold.retrieve("web-1")

    mine, read = run(conversation())
    assert mine.get_slot("name") == read.get_slot("name")
    assert as_dicts(mine) == as_dicts(read)


def trackers(*sizes):
    """Return trackers named 0, 1, ... with so many events each."""
    return [SimpleNamespace(sender_id=str(name), events=[None] * size, slots={}) for name, size in enumerate(sizes)]


def left(warm, *given):
    """Take all of them; return the names of those that were there."""
    return "".join(one.sender_id for one in given if warm.take(one.sender_id, "domain") is one)


def filled(limits, *given):
    warm = Warm(limits)
    for tracker in given:
        warm.keep(tracker, "domain")
    return warm


def test_so_many_are_kept_and_no_more_each_given_out_once():
    given = trackers(1, 1, 1)
    warm = filled(Limits(trackers=2), *given)

    assert left(warm, *given) == "12"
    assert left(warm, *given) == ""


def test_so_many_events_are_kept_and_no_more():
    given = trackers(4, 4, 4, 7, 1)
    warm = filled(Limits(events=10, longest=6), *given)  # the fourth is too long by itself

    assert left(warm, *given) == "124"
    warm.keep(given[0], "domain")
    warm.keep(given[0], "domain")  # counted once
    warm.keep(given[1], "domain")
    assert left(warm, *given) == "01"


def test_one_that_was_not_used_for_long_goes():
    now, given = [0.0], trackers(1, 1)
    warm = Warm(Limits(idle_s=900), lambda: now[0])
    warm.keep(given[0], "domain")
    now[0] = 600.0
    warm.keep(given[1], "domain")
    now[0] = 1000.0

    assert left(warm, *given) == "1"


def test_a_tracker_that_was_changed_after_its_save_is_not_given_out():
    (tracker,) = trackers(1)
    warm = filled(Limits(), tracker)
    tracker.events.append("unsaved")

    assert warm.take("0", "domain") is None
