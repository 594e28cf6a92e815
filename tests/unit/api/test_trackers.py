"""Trackers and stories from events alone."""

from __future__ import annotations

import json

import pytest
from ruamel.yaml import YAML

from parlance.domain import stories, trackers
from tests.support import events as rasa


def facts(*events):
    return trackers.read(json.dumps(event) for event in events)


def plain(event, **more):
    return {"event": event, "timestamp": 9.0} | more


def test_slots_loop_and_last_action_follow_the_events():
    state = trackers.fold(
        facts(
            *rasa.session(0),
            rasa.user("a table", "book", 1, entities={"n": 2}),
            plain("active_loop", name="booking"),
            rasa.slot("n", 2, 2),
            rasa.slot("n", 3, 3),
            rasa.action("utter_ask", 4),
            plain("pause"),
        )
    )

    assert state.slots == {"n": 3}
    assert state.active_loop["name"] == "booking"
    assert state.latest_message["intent"]["name"] == "book"
    assert state.latest_action_name == "utter_ask"
    assert state.latest_input_channel == "rest"
    assert state.paused


@pytest.mark.parametrize("name", ["restart", "session_started"])
def test_a_new_start_forgets(name):
    state = trackers.fold(facts(rasa.user("x", "y", 1), rasa.slot("n", 2, 2), plain(name)))

    assert state.slots == {}
    assert state.latest_message is None


def test_reset_slots_keeps_names_and_drops_values():
    assert trackers.fold(facts(rasa.slot("n", 2, 2), plain("reset_slots"))).slots == {"n": None}


def test_rewind_takes_back_the_last_message_and_undo_the_last_action():
    said = [rasa.user("one", "a", 1), rasa.action("utter_a", 2), rasa.user("two", "b", 3), rasa.action("utter_b", 4)]

    assert trackers.fold(facts(*said, plain("rewind"))).latest_message["text"] == "one"
    assert trackers.fold(facts(*said, plain("undo"))).latest_action_name == "utter_a"
    assert trackers.fold(facts(plain("undo"), plain("rewind"))).latest_message is None


def test_an_ended_loop_and_a_followup_are_over():
    state = trackers.fold(
        facts(plain("active_loop", name="f"), plain("active_loop", name=None), plain("followup", name="utter_x"))
    )

    assert state.active_loop == {}
    assert state.followup_action == "utter_x"


def test_events_of_kinds_that_nobody_knows_pass_through():
    odd = {"event": "from_the_future", "timestamp": 1.0, "name": [5], "value": [1], "text": {}}
    told = trackers.read([json.dumps(odd)])

    assert json.loads(bytes(told[0].raw))["value"] == [1]
    assert trackers.tracker("x", told, told)["latest_event_time"] == 1.0


def test_no_events_are_an_empty_tracker():
    assert trackers.tracker("x", [], [])["latest_event_time"] is None


WORDS = [
    *rasa.session(0),
    rasa.user('say "hi": {now} # ünï\n', "greet", 1, entities={"city": "O'slo"}),
    rasa.slot("city", {"a": [1, "ü"]}, 2),
    plain("active_loop", name="f"),
    rasa.action("utter_ok", 3),
    plain("active_loop", name=None),
    rasa.action("action_listen", 4),
]


def test_a_story_in_yaml_reads_back_as_it_was():
    text = stories.as_yaml("a: 'b'", stories.steps(facts(*WORDS)))

    story = YAML(typ="safe").load(text)["stories"][0]

    assert story["story"] == "a: 'b'"
    assert story["steps"] == [
        {"intent": "greet", "user": 'say "hi": {now} # ünï\n', "entities": [{"city": "O'slo"}]},
        {"slot_was_set": [{"city": {"a": [1, "ü"]}}]},
        {"active_loop": "f"},
        {"action": "utter_ok"},
        {"active_loop": None},
    ]


def test_a_story_in_markdown_has_a_line_a_step():
    lines = stories.as_markdown("x", stories.steps(facts(*WORDS))).splitlines()

    assert lines[0] == "## x"
    assert lines[1] == """* greet{"city": "O'slo"}"""
    assert lines[-1] == '    - active_loop{"name": null}'
