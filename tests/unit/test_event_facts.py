"""What is derived from events, one rule of the contract (sections 3.3 and 3.4) after the other."""

import pytest

from parlance.domain.facts import Facts, derive
from parlance.domain.turns import lone


def facts_of(*events):
    facts = Facts()
    derive(facts, [lone({"sender_id": "a", "timestamp": 1.0, **event}, "production", 0).read()[0] for event in events])
    return facts


def said(parse_data, **more):
    return {"event": "user", "text": "hi", "input_channel": "rest", "parse_data": parse_data, **more}


def seen(facts, kind):
    names = [name.partition(":") for mine in facts.names.values() for name in mine]
    return {value for it, _, value in names if it == kind}


RETRIEVED = [
    {"intent": {"name": "faq", "full_retrieval_intent_name": "faq/age"}},
    {"intent": {"name": "faq"}, "response_selector": {"faq": {"response": {"intent_response_key": "faq/age"}}}},
    {"intent": {"name": "faq"}, "response_selector": {"default": {"response": {"intent_response_key": "faq/age"}}}},
    {"intent": {"name": "faq"}, "response_selector": {"default": {"full_retrieval_intent": "faq/age"}}},
]


@pytest.mark.parametrize("parsed", RETRIEVED, ids=["Rasa 3", "Rasa 2", "one selector for all", "Rasa 1"])
def test_a_retrieval_intent_has_its_full_name(parsed):
    facts = facts_of(said(parsed))

    assert seen(facts, "intent") == {"faq/age"}
    assert [log.intent for log in facts.logs.values()] == ["faq/age"]


@pytest.mark.parametrize("selectors", [None, [], {"default": {"response": {"intent_response_key": "faq/age"}}}])
def test_another_intents_selector_does_not_count(selectors):
    assert seen(facts_of(said({"intent": {"name": "greet"}, "response_selector": selectors})), "intent") == {"greet"}


@pytest.mark.parametrize(
    ("parsed", "metadata", "model"),
    [({"model": "m1"}, {"model_id": "id"}, "m1"), ({}, {"model_id": "id"}, "id"), ({"model": None}, None, None)],
)
def test_the_model_is_what_the_parse_says_else_what_the_event_says(parsed, metadata, model):
    (log,) = facts_of(said(parsed, metadata=metadata)).logs.values()

    assert log.model == model


def test_a_conversation_has_the_models_that_its_messages_were_said_to():
    facts = facts_of(said({}, metadata={"model_id": "m1"}), said({}, metadata={"model_id": 5}), said({}, metadata=[]))

    assert seen(facts, "model") == {"m1"}


@pytest.mark.parametrize(("text", "trained"), [("/greet", True), ("greet", False)])
def test_a_text_that_begins_with_a_slash_is_no_work_for_the_inbox(text, trained):
    (log,) = facts_of(said({}, text=text)).logs.values()

    assert log.in_training_data is trained


def test_actions_policies_confidences_and_slots_are_seen_and_a_requested_slot_is_not():
    facts = facts_of(
        {"event": "action", "name": "utter_a", "policy": "TEDPolicy", "confidence": 0.25},
        {"event": "action", "name": "action_listen", "policy": "MemoizationPolicy", "confidence": 1.0},
        {"event": "action", "name": "utter_b", "policy": None, "confidence": None},
        {"event": "slot", "name": "city", "value": "Oslo"},
        {"event": "slot", "name": "requested_slot", "value": "city"},
    )

    change = facts.conversations["a"]
    assert seen(facts, "action") == {"utter_a", "action_listen", "utter_b"}
    assert seen(facts, "policy") == {"TEDPolicy", "MemoizationPolicy"}
    assert (change.minimum_action_confidence, change.maximum_action_confidence) == (0.25, 1.0)
    assert [(name, value) for _sender, name, _hash, value in facts.slots] == [("city", '"Oslo"')]


def test_the_latest_time_is_the_greatest_not_the_last():
    facts = facts_of({"event": "bot", "timestamp": 5.0}, {"event": "bot", "timestamp": 2.0})

    assert facts.conversations["a"].latest_event_time == 5.0
    assert facts.conversations["a"].n_bot_messages == 2
