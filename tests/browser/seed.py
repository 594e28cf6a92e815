"""Conversations to look at: a restaurant's guests, with all that makes lists and bubbles difficult."""

from __future__ import annotations

import time
from typing import Any

from tests.support import events as rasa

Event = dict[str, Any]
Told = tuple[str, list[Event]]
"""A conversation: whose, and its events."""


def heard(text: str, at: float, ranking: dict[str, float], **more: Any) -> Event:
    """Return a user's message with its whole ranking; `entities` are (name, word) or (name, word, value)."""
    names = list(ranking)
    event = rasa.user(text, names[0], at, confidence=ranking[names[0]], input_channel=more.get("channel", "web"))
    parsed = event["parse_data"]
    parsed["intent_ranking"] = [{"name": name, "confidence": value} for name, value in ranking.items()]
    parsed["entities"] = [entity(text, *found) for found in more.get("entities", ())]
    event["metadata"] = {"model_id": "m1", "assistant_id": "20261122-091200-concierge"}
    return event


def entity(text: str, name: str, word: str, value: Any = None) -> Event:
    """Return an entity where its word stands; Python counts code points, as Rasa does."""
    start = text.index(word)
    place = {"start": start, "end": start + len(word)}
    return {"entity": name, "value": word if value is None else value, **place, "extractor": "DIETClassifier"}


def answer(name: str, at: float, *texts: str, **more: Any) -> list[Event]:
    """Return an action, what it says, and the listening after it."""
    policy, sure = more.get("policy", "RulePolicy"), more.get("sure", 1.0)
    said = [{**rasa.bot(text, at + 0.1 + i / 100), "data": more.get("data", {})} for i, text in enumerate(texts)]
    return [
        rasa.action(name, at, policy=policy, confidence=sure),
        *more.get("does", ()),
        *said,
        rasa.action("action_listen", at + 0.3, policy=policy, confidence=sure),
    ]


def message(told: Told) -> Event:
    """Return the queue's record of a conversation, as one turn."""
    sender, events = told
    return rasa.turn(sender, int(events[0]["timestamp"] * 1000), events)


def store(*told: Told) -> None:
    """Give conversations to the event service."""
    rasa.store(*map(message, told))


def greeting(sender: str, text: str, at: float, **more: Any) -> Told:
    """Return a conversation of one exchange."""
    ranking = more.pop("ranking", {"greet": 0.97, "goodbye": 0.02})
    said = answer("utter_greet", at + 0.02, "Good evening! How can I help you?")
    return sender, [*rasa.session(at), heard(text, at + 0.01, ranking, **more), *said]


def small(sender: str, text: str = "hello", *, at: float | None = None) -> None:
    """Store a conversation of one exchange."""
    store(greeting(sender, text, time.time() if at is None else at))


def loop(name: str | None, at: float) -> Event:
    """Return a form's beginning or end."""
    return {"event": "active_loop", "timestamp": at, "metadata": {}, "name": name}


def booking(sender: str, at: float) -> Told:
    """Return the conversation that the pictures show: buttons, a pause, a doubtful message, a form."""
    buttons = [
        {"title": "Book a table", "payload": "/book_table"},
        {"title": "Opening hours", "payload": "/opening_hours"},
    ]
    first = heard("good evening", at + 1, {"greet": 0.99, "goodbye": 0.004, "affirm": 0.002})
    doubt = heard(
        "could we sit outside tonight, around eight, there are six of us",
        at + 314,
        {"opening_hours": 0.48, "book_table": 0.41, "cancel_table": 0.06, "greet": 0.02, "affirm": 0.01},
        entities=[("day", "tonight", "2026-11-22"), ("time", "eight", "20:00"), ("guests", "six", 6)],
    )
    clear = heard(
        "a table for six please", at + 340, {"book_table": 0.94, "opening_hours": 0.03}, entities=[("guests", "six", 6)]
    )
    form = [
        loop("table_form", at + 340.2),
        rasa.slot("guests", 6, at + 340.21),
        rasa.slot("requested_slot", "day", at + 340.22),
    ]
    return sender, [
        *rasa.session(at),
        first,
        *answer("utter_greet", at + 1.1, "Good evening! How can I help you?", data={"buttons": buttons}),
        doubt,
        rasa.slot("time", "20:00", at + 314.01),
        *answer("utter_opening_hours", at + 314.1, "We are open from 17:00 to 23:00, every day but Monday."),
        clear,
        *answer("table_form", at + 340.1, "For which day shall I book?", does=form),
    ]


def fallback(sender: str, at: float) -> Told:
    """Return a message that nobody understood."""
    ranking = {"nlu_fallback": 0.31, "opening_hours": 0.29, "cancel_table": 0.21}
    said = heard("the thing from last time, you know", at + 1, ranking, channel="telegram")
    sorry = answer("action_default_fallback", at + 1.1, "I'm sorry, I didn't get that. Could you rephrase?")
    return sender, [*rasa.session(at), said, *sorry]


def payload(sender: str, at: float) -> Told:
    """Return a button's message, answered with something that only its own channel can draw."""
    menu = {"type": "menu", "dishes": [{"name": "Bouillabaisse", "price": 24.5}]}
    asked = heard('/show_menu{"course": "main"}', at + 1, {"show_menu": 1.0}, channel="socketio")
    return sender, [*rasa.session(at), asked, *answer("utter_menu", at + 2, "Here is our menu.", data={"custom": menu})]


LONG_NAME = "whatsapp-019be2aa-77f1-7c50-9d0e-2b7f1d2c3e4f-of-the-second-restaurant-in-the-old-town"
LONG_TEXT = f"thank you, that worked, and {'it really ' * 30}helped"
ARABIC = {"ranking": {"book_table": 0.66, "greet": 0.3}, "entities": [("guests", "لشخصين", 2)]}
HOURS = {"what time do you close on sundays": 0.91, "is the kitchen still open": 0.82, "do you have parking": 0.73}


def restaurant(now: float | None = None) -> list[Told]:
    """Return everything that the pictures show: long names, right-to-left text, markup and payloads among it."""
    now = time.time() if now is None else now
    short = [
        greeting(f"web-{0xC01D77 + place * 7919:x}", text, now - 9000 - place * 1700, ranking={"opening_hours": sure})
        for place, (text, sure) in enumerate(HOURS.items())
    ]
    return [
        booking("web-5f3a91", now - 700),
        fallback("telegram-88123004", now - 1100),
        greeting("ضيف-٢٣", "مرحبا، أريد حجز طاولة لشخصين", now - 1500, **ARABIC),
        greeting(LONG_NAME, LONG_TEXT, now - 4000, ranking={"thank": 0.97}),
        *short,
        payload("webchat-7781", now - 90_001),
    ]
