import json
import time

import pytest
from rasa.shared.core.events import UserUttered
from support.talking import as_dicts, said, session_start, talk, turn


class Listener:
    """A broker that notes the turns it is given."""

    def __init__(self):
        self.turns = []
        self.outboxes = []

    def publish_turn(self, body, outbox, outbox_id):
        self.turns.append(json.loads(body))
        self.outboxes.append((outbox, outbox_id))


def test_a_turn_is_one_row_and_its_events_have_an_index(open_store, rows, run):
    run(talk(open_store(), "web-1", *session_start(), said("hi")), ticket=1000)

    assert rows("SELECT sender_id, turn, prev_turn, overlap FROM parlance_turns") == [("web-1", 1000, None, False)]
    assert rows("SELECT turn, idx, type_name FROM parlance_events ORDER BY idx") == [
        (1000, 0, "action"),
        (1000, 1, "session_started"),
        (1000, 2, "action"),
        (1000, 3, "user"),
    ]
    assert rows("SELECT intent_name FROM events WHERE type_name = 'user'") == [("greet",)]


def test_the_message_of_a_turn_says_what_the_database_says(open_store, rows, run):
    broker = Listener()
    store = open_store(broker, environment="staging")

    run(talk(store, "web-1", *session_start()), ticket=1000)
    run(talk(store, "web-1", *turn("hi")), ticket=2000)

    first, second = broker.turns
    assert (first["turn"], first["prev_turn"], second["turn"], second["prev_turn"]) == (1000, None, 2000, 1000)
    assert (second["v"], second["kind"], second["environment"], second["overlap"]) == (1, "turn", "staging", False)
    stored = rows("SELECT data FROM parlance_events WHERE turn = 2000 ORDER BY idx")
    assert second["events"] == [json.loads(data) for (data,) in stored]


def test_the_outbox_keeps_a_turn_until_it_is_published(open_store, rows, run):
    broker = Listener()

    run(talk(open_store(broker), "web-1", *turn("hi")), ticket=1000)

    ((sender_id, number, body, age),) = rows("SELECT sender_id, turn, body, now() - created_at FROM parlance_outbox")
    assert (sender_id, number, json.loads(body)) == ("web-1", 1000, broker.turns[0])
    assert age.total_seconds() < 60
    outbox, outbox_id = broker.outboxes[0]
    outbox.forget([outbox_id])
    assert rows("SELECT count(*) FROM parlance_outbox") == [(0,)]


def test_without_a_broker_of_ours_no_outbox_row_is_left_behind(open_store, rows, run):
    run(talk(open_store(), "web-1", *turn("hi")))

    assert rows("SELECT count(*) FROM parlance_outbox") == [(0,)]


def test_without_a_lock_the_clock_numbers_the_turns_and_they_grow(open_store, rows, run):
    store = open_store()
    before = int(time.time() * 1000)

    for text in "abc":
        run(talk(store, "web-1", *turn(text)))

    numbers = [number for (number,) in rows("SELECT turn FROM parlance_turns ORDER BY turn")]
    assert len(set(numbers)) == 3
    assert before <= numbers[0] <= before + 60_000


def test_a_second_save_in_the_same_message_is_a_turn_of_its_own(open_store, rows, run):
    store = open_store()

    async def message():
        tracker = await talk(store, "web-1", *turn("one"))
        await store.save(tracker)
        tracker.update(said("two"))
        await store.save(tracker)

    run(message(), ticket=1000)

    assert rows("SELECT turn, prev_turn, overlap FROM parlance_turns ORDER BY turn") == [
        (1000, None, False),
        (1001, 1000, False),
    ]
    assert rows("SELECT count(*) FROM events") == [(5,)]


def test_overlapping_turns_are_both_kept_and_the_later_is_flagged(open_store, rows, run):
    store, other = open_store(), open_store()
    run(talk(store, "web-1", *session_start()), ticket=1000)

    async def overlap():
        slow, fast = await store.retrieve("web-1"), await other.retrieve("web-1")
        slow.update(said("slow"))
        fast.update(said("fast"))
        await other.save(fast)
        await store.save(slow)
        slow.update(said("slow again"))
        await store.save(slow)

    run(overlap(), ticket=2000)

    texts = [event["text"] for event in as_dicts(run(store.retrieve("web-1"))) if event["event"] == "user"]
    assert texts == ["fast", "slow", "slow again"]
    assert rows("SELECT turn, prev_turn, overlap FROM parlance_turns ORDER BY turn") == [
        (1000, None, False),
        (2000, 1000, False),
        (2001, 2000, True),
        (2002, 2001, False),
    ]


def test_two_first_messages_at_once_are_both_kept(open_store, rows, run):
    store, other = open_store(), open_store()

    async def both():
        one = await store.get_or_create_tracker("web-1", append_action_listen=False)
        two = await other.get_or_create_tracker("web-1", append_action_listen=False)
        for tracker, its_store in ((one, store), (two, other)):
            for event in session_start():
                tracker.update(event)
            await its_store.save(tracker)

    run(both())

    assert rows("SELECT count(*) FROM events") == [(6,)]
    assert [row[0] for row in rows("SELECT overlap FROM parlance_turns ORDER BY turn")] == [False, True]


ODD_TEXTS = ["a\x00b", "lone \ud800 and \udfff", "\U0001f600 😀", "ж" * 100_000, "%s %(x)s {} ' \" \\ \\u0000 :name"]


@pytest.mark.parametrize("text", ODD_TEXTS, ids=["nul", "surrogates", "emoji", "long", "quotes"])
def test_no_text_loses_a_turn(open_store, run, text):
    store = open_store()

    tracker = run(talk(store, "web-1", *turn(text), UserUttered(text, {"name": text, "confidence": 1.0})))

    assert as_dicts(run(store.retrieve("web-1"))) == as_dicts(tracker)


@pytest.mark.parametrize(
    "sender_id", ["a\x00b", "\ud800", "", " ", "x'; DROP TABLE events --", "ж" * 3000, "%s", "a/b?c"]
)
def test_no_sender_loses_a_turn(open_store, run, sender_id):
    store = open_store()

    tracker = run(talk(store, sender_id, *turn("hi")))

    found = run(store.retrieve(sender_id))
    assert found.sender_id == sender_id
    assert as_dicts(found) == as_dicts(tracker)
    (key,) = run(store.keys())
    assert as_dicts(run(store.retrieve(key))) == as_dicts(tracker)


def test_values_that_are_no_json_are_kept_as_json(open_store, rows, run):
    import numpy as np

    store = open_store()
    odd = said("hi")
    odd.parse_data["confidence"] = float("nan")
    odd.parse_data["scores"] = np.array([1.5, np.inf])

    run(talk(store, "web-1", odd))

    ((data,),) = rows("SELECT data FROM events")
    assert json.loads(data)["parse_data"]["confidence"] is None
    assert json.loads(data)["parse_data"]["scores"] == [1.5, None]


@pytest.mark.parametrize("mebibytes", [1, 5])
def test_a_huge_turn_is_kept_whole(open_store, run, mebibytes):
    store = open_store(Listener())
    text = "0123456789abcdef" * 65536 * mebibytes

    run(talk(store, "web-1", said(text)))

    assert run(store.retrieve("web-1")).latest_message.text == text
    assert store.event_broker.turns[0]["events"][0]["text"] == text
