"""Rasa's events as Rasa writes them, for tests: short words in, whole JSON out."""

from __future__ import annotations

import json
from typing import Any

NOON = 1_800_000_000.0


def session(at: float) -> list[dict[str, Any]]:
    """Return what Rasa writes when a conversation begins."""
    return [
        action("action_session_start", at, policy=None),
        {"event": "session_started", "timestamp": at + 0.001, "metadata": {}},
        action("action_listen", at + 0.002, policy=None, confidence=None),
    ]


def user(text: str, intent: str, at: float, **more: Any) -> dict[str, Any]:
    """Return a user's message; `confidence`, `entities` and `input_channel` may be given."""
    entities = [{"entity": name, "value": value} for name, value in more.get("entities", {}).items()]
    found = {"name": intent, "confidence": more.get("confidence", 0.9)}
    return {
        "event": "user",
        "timestamp": at,
        "metadata": {"model_id": "m1"},
        "text": text,
        "parse_data": {"intent": found, "entities": entities, "text": text, "intent_ranking": [found]},
        "input_channel": more.get("input_channel", "rest"),
        "message_id": f"message-{at}",
    }


def action(
    name: str, at: float, *, policy: str | None = "RulePolicy", confidence: float | None = 1.0
) -> dict[str, Any]:
    """Return an action that was run."""
    return {
        "event": "action",
        "timestamp": at,
        "metadata": {},
        "name": name,
        "policy": policy,
        "confidence": confidence,
        "action_text": None,
        "hide_rule_turn": False,
    }


def bot(text: str, at: float) -> dict[str, Any]:
    """Return what the bot said."""
    return {"event": "bot", "timestamp": at, "metadata": {}, "text": text, "data": {"buttons": None}}


def slot(name: str, value: Any, at: float) -> dict[str, Any]:
    """Return a slot that was set."""
    return {"event": "slot", "timestamp": at, "metadata": {}, "name": name, "value": value}


def turn(sender_id: str, number: int, events: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Return a queue record with one turn message."""
    body = {"v": 1, "kind": "turn", "environment": "production", "prev_turn": None, "overlap": False, **more}
    body |= {"sender_id": sender_id, "turn": number, "events": events}
    return {"messageId": f"{sender_id}-{number}", "body": json.dumps(body), "messageAttributes": {}, "attributes": {}}


def store(*records: dict[str, Any]) -> None:
    """Give records to the event service, as the queue does; raises when one was refused."""
    from functions.events.app import handler
    from parlance.services import dead_letters

    before = dead_letters.waiting()
    failed = handler({"Records": list(records)}, None)["batchItemFailures"]
    assert not failed, failed
    assert dead_letters.waiting() == before, dead_letters.listed(limit=1)


def greeting(sender: str, at: float, **more: Any) -> dict[str, Any]:
    """Return a record with a whole conversation of one exchange; what is recognised and done may be given."""
    confidence, channel = more.get("confidence", 0.9), more.get("channel", "rest")
    text, intent = more.get("text", "hello"), more.get("intent", "greet")
    entities, slots = more.get("entities", {}), more.get("slots", {})
    events = [
        *session(at),
        user(text, intent, at + 1, confidence=confidence, input_channel=channel, entities=entities),
        *(slot(name, value, at + 1.5) for name, value in slots.items()),
        action(
            more.get("action", "utter_greet"),
            at + 2,
            confidence=more.get("action_confidence", 1.0),
            policy=more.get("policy", "RulePolicy"),
        ),
        bot("Hey!", at + 2.1),
        action("action_listen", at + 3),
    ]
    return turn(sender, int(at * 1000), events)


def three() -> list[dict[str, Any]]:
    """Return three conversations that differ in everything."""
    return [
        greeting("a", NOON, slots={"city": "Oslo"}),
        greeting(
            "b",
            NOON + 100,
            text="100%_sure",
            intent="affirm",
            confidence=0.4,
            channel="socketio",
            entities={"city": "Rome"},
            action="utter_ok",
            action_confidence=0.3,
            policy="TEDPolicy",
        ),
        greeting("c", NOON + 200, channel="facebook", policy="MemoizationPolicy"),
    ]
