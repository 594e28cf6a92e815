"""Conversations as Rasa holds them with a tracker store, without a model."""

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered

DOMAIN = Domain.from_dict({"intents": ["greet"], "slots": {"name": {"type": "text", "mappings": [{"type": "custom"}]}}})


def said(text, intent="greet"):
    return UserUttered(text, {"name": intent, "confidence": 0.9})


def session_start():
    return [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]


def turn(text):
    return [said(text), SlotSet("name", text), BotUttered("you said " + text), ActionExecuted("action_listen")]


async def talk(store, sender_id, *events):
    """One message as Rasa's processor handles it: read or make the tracker, update it, save it."""
    tracker = await store.get_or_create_tracker(sender_id, append_action_listen=False)
    for event in events:
        tracker.update(event)
    await store.save(tracker)
    return tracker


def as_dicts(tracker):
    return [event.as_dict() for event in tracker.events] if tracker else None
