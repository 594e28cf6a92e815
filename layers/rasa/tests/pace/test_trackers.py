"""Trackers are what Rasa's own code makes of the same events, whatever people, forms and reverts did."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core import events, slots, trackers
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from parlance_rasa.pace import trackers as pace

RASAS = DialogueStateTracker.applied_events
DOMAIN = Domain.from_yaml("""
intents: [greet, ask]
entities: [city]
slots:
  city: {type: text, mappings: [{type: from_entity, entity: city}]}
  many: {type: list, mappings: [{type: custom}], initial_value: [1]}
  sure: {type: bool, influence_conversation: true, mappings: [{type: custom}]}
forms: {form: {required_slots: [city]}, other: {required_slots: [city]}}
responses: {utter_greet: [{text: hi}]}
""")
NAMES = st.sampled_from(["action_listen", "utter_greet", "form", "other"])
EVENT = st.one_of(
    st.builds(events.ActionExecuted, NAMES, hide_rule_turn=st.booleans()),
    st.builds(events.ActiveLoop, st.sampled_from(["form", "other", None])),
    st.builds(events.ActionExecutionRejected, NAMES),
    st.builds(events.UserUttered, st.just("hi"), st.just({"name": "greet", "confidence": 1.0})),
    st.builds(events.SlotSet, st.sampled_from(["city", "many", "sure"]), st.sampled_from([None, "x", [2], True])),
    st.builds(events.LoopInterrupted, st.booleans()),
    st.builds(events.BotUttered, st.just("hello")),
    st.builds(events.DefinePrevUserUtteredFeaturization, st.booleans()),
    st.sampled_from([events.Restarted, events.SessionStarted, events.ActionReverted, events.UserUtteranceReverted])
    .map(lambda kind: kind()),
    st.sampled_from([events.AllSlotsReset, events.ConversationPaused, events.ConversationResumed])
    .map(lambda kind: kind()),
    st.builds(events.FollowupAction, NAMES),
)  # fmt: skip


def told(happened):
    return DialogueStateTracker.from_events("me", happened, DOMAIN.slots)


@given(st.lists(EVENT, max_size=30))
def test_what_counts_of_a_conversation_is_as_rasa_says(happened):
    tracker = told(happened)
    assert list(map(id, pace.applied_events(tracker))) == list(map(id, RASAS(tracker)))


@given(st.lists(EVENT, max_size=25))
def test_states_copies_and_journeys_are_the_same(happened):
    tracker = told(happened)
    theirs = views(tracker)
    usual = trackers.copy
    try:
        pace.install()
        assert views(tracker) == theirs
    finally:
        DialogueStateTracker.applied_events, trackers.copy = RASAS, usual


def views(tracker):
    """Return what policies and actions see of a tracker."""
    copied = tracker.copy()
    states = [
        tracker.past_states(DOMAIN, omit_unset_slots=unset, ignore_rule_only_turns=ignored)
        for unset in (True, False)
        for ignored in (True, False)
    ]
    kept = {name: (slot.value, slot.has_been_set, type(slot)) for name, slot in copied.slots.items()}
    fresh = {name: (slot.value, slot.has_been_set) for name, slot in tracker.init_copy().slots.items()}
    return states, kept, fresh, copied.latest_action, copied.followup_action, copied.is_paused(), copied.active_loop


class Loud(slots.TextSlot):
    """A slot with a way of its own to be copied."""

    type_name = "loud"

    def __copy__(self):
        return Loud(self.name + "!", [])


class Narrow(slots.TextSlot):
    """A slot that keeps something outside its `__dict__`."""

    type_name = "narrow"
    __slots__ = ("aside",)


def test_a_copied_slot_is_a_slot_of_its_own():
    slot = slots.ListSlot("many", [{"type": "custom"}], initial_value=[1])
    slot.value = [1, 2]
    ours, theirs = pace.copied(slot), copy.copy(slot)
    assert type(ours) is type(theirs)
    assert vars(ours) == vars(theirs)
    assert ours.value is theirs.value is slot.value
    ours.value = None
    assert slot.value == [1, 2]


@pytest.mark.parametrize("value", [Loud("a", []), Narrow("a", []), [1, [2]], {"a": []}, None])
def test_what_has_ways_of_its_own_is_copied_by_them(value):
    if isinstance(value, Narrow):
        value.aside = 3
    ours, theirs = pace.copied(value), copy.copy(value)
    assert type(ours) is type(theirs)
    assert getattr(ours, "name", ours) == getattr(theirs, "name", theirs)
    assert getattr(ours, "aside", None) == getattr(theirs, "aside", None)
