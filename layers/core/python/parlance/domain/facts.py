"""What the workbench derives from events: sums, extremes and sets only, so that no order of arrival can show."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.domain.events import Event, name
from parlance.domain.sessions import START, Moment, greatest

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_VALUE = 10_000
"""Characters of a slot's value that the filter keeps."""
INNER_SLOTS = frozenset({"requested_slot"})


class ConversationChange(msgspec.Struct, kw_only=True):
    """What new events add to one conversation's row."""

    sender_id: str
    latest_event_time: float
    n_events: int = 0
    n_user_messages: int = 0
    n_bot_messages: int = 0
    latest_input_time: float | None = None
    latest_input_channel: str | None = None
    minimum_action_confidence: float | None = None
    maximum_action_confidence: float | None = None
    minimum_intent_confidence: float | None = None
    maximum_intent_confidence: float | None = None


class MessageLog(msgspec.Struct, kw_only=True):
    """One distinct text of users: how often it came new, and the latest message with it."""

    hash: str
    text: str
    n_messages: int
    time: float
    event_id: str
    sender_id: str
    model: str | None
    intent: str | None
    confidence: float | None
    prediction: dict[str, Any]
    in_training_data: bool


class Facts(msgspec.Struct):
    """All that a batch of new events adds."""

    conversations: dict[str, ConversationChange] = {}
    names: defaultdict[str, set[str]] = msgspec.field(default_factory=lambda: defaultdict(set))
    """sender_id -> kind:value"""
    slots: set[tuple[str, str, str, str]] = set()
    """(sender_id, name, md5 of value, value)"""
    texts: set[tuple[str, str]] = set()
    """(sender_id, hash)"""
    logs: dict[str, MessageLog] = {}
    moments: list[Moment] = []
    """What sessions are made of."""


def derive(facts: Facts, events: Iterable[Event]) -> None:
    """Add what these events bring; each must be new to the database, and given once."""
    for event in events:
        change = facts.conversations.get(event.sender_id)
        if change is None:
            change = ConversationChange(sender_id=event.sender_id, latest_event_time=event.timestamp)
            facts.conversations[event.sender_id] = change
        change.n_events += 1
        change.latest_event_time = max(change.latest_event_time, event.timestamp)
        if event.type in READERS:
            READERS[event.type](facts, change, event)


def read_user(facts: Facts, change: ConversationChange, event: Event) -> None:
    """Take a user's message: channel, intent, entities, and a line in the inbox."""
    change.n_user_messages += 1
    facts.moments.append(Moment(event.sender_id, event.timestamp, event.type))
    channel = name(event.data.get("input_channel"))
    if channel:
        facts.names[event.sender_id].add(f"channel:{channel}")
        latest = (change.latest_input_time, change.latest_input_channel)
        if change.latest_input_time is None or (event.timestamp, channel) > latest:
            change.latest_input_time, change.latest_input_channel = event.timestamp, channel
    model = name(fields(event.data.get("metadata")).get("model_id"))
    if model:
        facts.names[event.sender_id].add(f"model:{model}")
    parsed = fields(event.data.get("parse_data"))
    intent, confidence = intent_of(parsed)
    if intent:
        facts.names[event.sender_id].add(f"intent:{intent}")
    for entity in entities_of(parsed):
        facts.names[event.sender_id].add(f"entity:{entity}")
    change.minimum_intent_confidence = least(change.minimum_intent_confidence, confidence)
    change.maximum_intent_confidence = greatest(change.maximum_intent_confidence, confidence)
    log_message(facts, event, parsed)


def read_bot(facts: Facts, change: ConversationChange, event: Event) -> None:
    """Count a message of the bot."""
    change.n_bot_messages += 1
    facts.moments.append(Moment(event.sender_id, event.timestamp, event.type))


def read_action(facts: Facts, change: ConversationChange, event: Event) -> None:
    """Take an action: its name, and where a policy chose it the policy and its confidence."""
    action, policy = name(event.data.get("name")), name(event.data.get("policy"))
    if action:
        facts.names[event.sender_id].add(f"action:{action}")
    if policy:
        facts.moments.append(Moment(event.sender_id, event.timestamp, event.type, policy))
        facts.names[event.sender_id].add(f"policy:{policy}")
        confidence = number(event.data.get("confidence"))
        change.minimum_action_confidence = least(change.minimum_action_confidence, confidence)
        change.maximum_action_confidence = greatest(change.maximum_action_confidence, confidence)


def read_slot(facts: Facts, _change: ConversationChange, event: Event) -> None:
    """Take a slot's value, for the filter."""
    slot = name(event.data.get("name"))
    if slot and slot not in INNER_SLOTS:
        value = msgspec.json.encode(event.data.get("value"), order="sorted").decode()[:LONGEST_VALUE]
        facts.slots.add((event.sender_id, slot, md5(value), value))


def read_start(facts: Facts, _change: ConversationChange, event: Event) -> None:
    """Take the start of a session."""
    facts.moments.append(Moment(event.sender_id, event.timestamp, event.type))


READERS = {"user": read_user, "bot": read_bot, "action": read_action, "slot": read_slot, START: read_start}


def log_message(facts: Facts, event: Event, parsed: dict[str, Any]) -> None:
    """Count the text; keep its latest prediction, by timestamp and then by id."""
    text = event.data.get("text")
    if not isinstance(text, str) or not text:
        return
    key = md5(text)
    facts.texts.add((event.sender_id, key))
    known = facts.logs.get(key)
    if known is None or (event.timestamp, event.id) > (known.time, known.event_id):
        facts.logs[key] = message_log(event, text, key, parsed)
        facts.logs[key].n_messages += known.n_messages if known else 0
    else:
        known.n_messages += 1


def message_log(event: Event, text: str, key: str, parsed: dict[str, Any]) -> MessageLog:
    """Build the inbox's line for one message."""
    intent, confidence = intent_of(parsed)
    return MessageLog(
        hash=key,
        text=text,
        n_messages=1,
        time=event.timestamp,
        event_id=event.id,
        sender_id=event.sender_id,
        model=name(parsed.get("model")) or name(fields(event.data.get("metadata")).get("model_id")) or None,
        intent=intent or None,
        confidence=confidence,
        prediction={part: parsed.get(part) for part in ("intent", "intent_ranking", "entities")},
        in_training_data=text.startswith("/"),
    )


def intent_of(parsed: dict[str, Any]) -> tuple[str, float | None]:
    """Return the intent's name, a retrieval intent's in full, and its confidence."""
    intent = fields(parsed.get("intent"))
    short = name(intent.get("name"))
    full = name(intent.get("full_retrieval_intent_name")) or selected(fields(parsed.get("response_selector")), short)
    return full or short, number(intent.get("confidence"))


def selected(selectors: dict[str, Any], intent: str) -> str:
    """Return a retrieval intent in full as its response selector names it: a Rasa before 2.3 says it nowhere else."""
    chosen = fields(selectors.get(intent)) or fields(selectors.get("default"))
    full = name(fields(chosen.get("response")).get("intent_response_key")) or name(chosen.get("full_retrieval_intent"))
    return full if full.startswith(f"{intent}/") else ""


def entities_of(parsed: dict[str, Any]) -> Iterable[str]:
    """Return the names of the entities found."""
    found = parsed.get("entities")
    names = (name(fields(entity).get("entity")) for entity in (found if isinstance(found, list) else ()))
    return filter(None, names)


def fields(value: Any) -> dict[str, Any]:
    """Return a JSON object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def number(value: Any) -> float | None:
    """Return a JSON number that a double can hold, else None."""
    if type(value) is float:
        return value
    if type(value) is not int:
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def least(known: float | None, value: float | None) -> float | None:
    """Return the smaller; None is no value."""
    return value if known is None or (value is not None and value < known) else known


def md5(text: str) -> str:
    """Return the hex digest by which the HTTP interface names texts."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
