import json

import pytest
from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from parlance_rasa.turn import current_ticket


def said(text):
    return UserUttered(text, {"name": "greet", "confidence": 0.9})


async def talk(store, sender_id, *events):
    tracker = await store.get_or_create_tracker(sender_id, append_action_listen=False)
    for event in events:
        tracker.update(event)
    await store.save(tracker)
    return tracker


def test_a_turn_is_one_row_and_its_events_have_an_index(open_store, rows, run):
    store = open_store()
    current_ticket.set(1000)

    run(talk(store, "web-1", ActionExecuted("action_session_start"), SessionStarted(), said("hi")))

    assert rows("SELECT turn, prev_turn, overlap FROM parlance_turns") == [(1000, None, False)]
    assert [row[:3] for row in rows("SELECT turn, idx, type_name FROM parlance_events ORDER BY idx")] == [
        (1000, 0, "action"),
        (1000, 1, "session_started"),
        (1000, 2, "user"),
    ]
    assert rows("SELECT intent_name, action_name FROM events WHERE type_name = 'user'") == [("greet", None)]
