"""An event's name means the class that Rasa finds, also when classes come later."""

import gc

import pytest
from rasa.shared.core import events
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.utils.common import all_subclasses

from parlance_rasa.pace import event_types


def test_every_name_is_understood_as_rasa_does():
    for kind in all_subclasses(Event):
        for _ in range(2):
            assert event_types.resolve(kind.type_name) is event_types._usual(kind.type_name)


@pytest.mark.parametrize("default", [None, SlotSet])
def test_names_that_nobody_has(default):
    for _ in range(2):
        assert event_types.resolve("topic", default) is event_types._usual("topic", default)
        if default:
            assert event_types.resolve("nonsense", default) is default
            continue
        with pytest.raises(ValueError, match="Unknown event name 'nonsense'"):
            event_types.resolve("nonsense", default)


def test_a_class_that_comes_later_is_found_and_may_come_first():
    before = event_types.resolve("bot")
    assert before is events.BotUttered

    class Late(Event):
        type_name = "late"

        def __hash__(self):
            return 1

        def __eq__(self, other):
            return True

        def as_story_string(self):
            return None

        def apply_to(self, tracker):
            pass

    assert event_types.resolve("late") is event_types._usual("late") is Late
    Late.type_name = "gone"
    del Late
    gc.collect()


def test_a_tracker_is_read_the_same(monkeypatch):
    told = [events.UserUttered("hi", {"name": "greet"}), events.SlotSet("a", 1), events.BotUttered("hello")]
    written = [event.as_dict() for event in told]
    theirs = events.deserialise_events(written)
    monkeypatch.setattr(Event, "resolve_by_type", staticmethod(Event.resolve_by_type))
    event_types.install()
    ours = events.deserialise_events(written)
    assert [(type(event), event.as_dict()) for event in ours] == [(type(event), event.as_dict()) for event in theirs]
