"""What the database must hold after any delivery of some messages: built from them alone, in the plainest way.

Nothing here is shared with the code under test. Messages are turn messages, or lone events with their `sender_id`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from contextlib import closing
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = dict[str, Any]


def tables(messages: list[Row]) -> dict[str, list[Row]]:
    """Return every table's rows, sorted as `stored` sorts them."""
    events = event_rows(messages)
    by_sender: dict[str, list[Row]] = defaultdict(list)
    for event in events:
        by_sender[event["sender_id"]].append(event)
    for message in messages:
        by_sender[message["sender_id"]] += []
    seen = seen_rows(by_sender)
    environments = {(m["sender_id"], f"environment:{m.get('environment', 'production')}") for m in messages}
    whole = {
        "conversations": [conversation(sender, mine) for sender, mine in by_sender.items()],
        "events": events,
        "turns": turn_rows(messages),
        "conversation_sessions": [row for sender, mine in by_sender.items() for row in sessions(sender, mine)],
        "message_logs": message_logs(events),
        **names(seen.pop("names") | environments),
        **seen,
    }
    return {name: in_order(json.dumps(row) for row in rows) for name, rows in whole.items()}


def names(seen: set[tuple[str, str]]) -> dict[str, list[Row]]:
    by_sender: dict[str, set[str]] = defaultdict(set)
    for sender, name in seen:
        by_sender[sender].add(name)
    counts = Counter(name for _sender, name in seen)
    return {
        "seen_names": [{"sender_id": sender, "names": sorted(mine)} for sender, mine in by_sender.items()],
        "name_counts": [{"name": name, "n_conversations": n} for name, n in counts.items()],
    }


def event_rows(messages: list[Row]) -> list[Row]:
    tellings: dict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for message in messages:
        turn = message.get("turn") if "events" in message else None
        told = message.get("events", [message])
        for idx, event in enumerate(told):
            data = {key: value for key, value in event.items() if key != "sender_id"}
            text = canonical(data)
            place = (1, 0, 0, data["timestamp"]) if turn is None else (0, turn, idx, told[0]["timestamp"])
            tellings[message["sender_id"], text].append(place)
    return [event_row(sender, text, min(places)) for (sender, text), places in tellings.items()]


def canonical(data: Row) -> str:
    try:
        return msgspec.json.encode(data, order="sorted").decode()
    except UnicodeEncodeError:
        return json.dumps(data, sort_keys=True, separators=(",", ":"))


def event_row(sender: str, text: str, place: tuple[Any, ...]) -> Row:
    digest = hashlib.sha256(sender.encode() + text.encode()).hexdigest()
    clean = cleaned(json.loads(text))
    return {
        "id": "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32])),
        "timestamp": float(clean["timestamp"]),
        "at": float(place[3]),
        "turn": None if place[0] else place[1],
        "idx": None if place[0] else place[2],
        "sender_id": sender,
        "type": clean["event"][:255],
        "data": clean,
        "exact": text if clean != json.loads(text) else None,
    }


def cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return re.sub("[\0\ud800-\udfff]", "\ufffd", value)
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    if isinstance(value, dict):
        return {cleaned(key): cleaned(item) for key, item in value.items()}
    return value


def turn_rows(messages: list[Row]) -> list[Row]:
    told: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for message in messages:
        if "events" in message:
            told[message["sender_id"], message["turn"]].append(message)
    return [
        {
            "sender_id": sender,
            "turn": turn,
            "prev_turn": min((m["prev_turn"] for m in same if m["prev_turn"] is not None), default=None),
            "started_at": float(min(m["events"][0]["timestamp"] if m["events"] else turn / 1000 for m in same)),
            "overlap": any(m["overlap"] for m in same),
        }
        for (sender, turn), same in told.items()
    ]


def conversation(sender: str, events: list[Row]) -> Row:
    users = [event for event in events if event["type"] == "user"]
    inputs = [(e["timestamp"], e["data"]["input_channel"]) for e in users if e["data"].get("input_channel")]
    intents = [e["data"]["parse_data"]["intent"]["confidence"] for e in users if e["data"].get("parse_data")]
    actions = [e["data"]["confidence"] for e in predicted(events) if e["data"]["confidence"] is not None]
    latest = max(inputs, default=(None, None))
    return {
        "sender_id": sender,
        "latest_event_time": max([0.0, *(e["timestamp"] for e in events)]),
        "latest_input_channel": latest[1],
        "latest_input_time": latest[0],
        "n_events": len(events),
        "n_user_messages": len(users),
        "n_bot_messages": len([e for e in events if e["type"] == "bot"]),
        "minimum_action_confidence": min(actions, default=None),
        "maximum_action_confidence": max(actions, default=None),
        "minimum_intent_confidence": min(intents, default=None),
        "maximum_intent_confidence": max(intents, default=None),
        "interactive": False,
        "sender_name": None,
        "created_by": None,
        "review_status": "unread",
    }


def predicted(events: list[Row]) -> list[Row]:
    return [e for e in events if e["type"] == "action" and isinstance(e["data"].get("policy"), str)]


def sessions(sender: str, events: list[Row]) -> list[Row]:
    starts = sorted({e["timestamp"] for e in events if e["type"] == "session_started" and e["timestamp"] > 0})
    members: dict[float, list[Row]] = {start: [] for start in starts}
    told = [e for e in events if e["type"] in {"user", "bot"}] + predicted(events)
    for event in told:
        start = max((start for start in starts if start <= event["timestamp"]), default=0.0)
        members.setdefault(start, []).append(event)
    return [session(sender, start, mine) for start, mine in members.items()]


def session(sender: str, start: float, events: list[Row]) -> Row:
    actions = predicted(events)
    memoized = sum("MemoizationPolicy" in event["data"]["policy"] for event in actions)
    return {
        "sender_id": sender,
        "started_at": start,
        "ended_at": max((event["timestamp"] for event in events), default=None),
        "user_messages": sum(event["type"] == "user" for event in events),
        "bot_messages": sum(event["type"] == "bot" for event in events),
        "predictions": len(actions),
        "memoized": memoized,
        "is_memoized": bool(actions) and memoized == len(actions),
    }


def seen_rows(by_sender: dict[str, list[Row]]) -> dict[str, Any]:
    names, slots, texts = set(), set(), set()
    for sender, events in by_sender.items():
        for event in events:
            data = event["data"]
            if event["type"] == "action" and data.get("name"):
                names.add((sender, f"action:{data['name']}"))
            if event["type"] == "action" and isinstance(data.get("policy"), str):
                names.add((sender, f"policy:{data['policy']}"))
            if event["type"] == "user":
                names |= {(sender, ":".join(name)) for name in user_names(data)}
                texts |= {(sender, uuid_of(data["text"]))} if data.get("text") else set()
            if event["type"] == "slot" and data["name"] != "requested_slot":
                value = json.dumps(data["value"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
                slots.add((sender, data["name"], uuid_of(value), value))
    return {
        "names": names,
        "seen_slots": [dict(zip(("sender_id", "name", "hash", "value"), row, strict=True)) for row in slots],
        "seen_texts": [dict(zip(("sender_id", "hash"), row, strict=True)) for row in texts],
    }


def user_names(data: Row) -> set[tuple[str, str]]:
    names = {("channel", data["input_channel"])} if data.get("input_channel") else set()
    model = (data.get("metadata") or {}).get("model_id")
    names |= {("model", model)} if model else set()
    parsed = data.get("parse_data") or {}
    if intent_name(parsed):
        names.add(("intent", intent_name(parsed)))
    return names | {("entity", entity["entity"]) for entity in parsed.get("entities", [])}


def intent_name(parsed: Row) -> str | None:
    intent = parsed.get("intent") or {}
    selector = (parsed.get("response_selector") or {}).get(intent.get("name"), {})
    keys = (intent.get("full_retrieval_intent_name"), selector.get("response", {}).get("intent_response_key"))
    return next(filter(None, keys), intent.get("name"))


def message_logs(events: list[Row]) -> list[Row]:
    by_text: dict[str, list[Row]] = defaultdict(list)
    for event in events:
        if event["type"] == "user" and event["data"].get("text"):
            by_text[event["data"]["text"]].append(event)
    return [message_log(text, same) for text, same in by_text.items()]


def message_log(text: str, same: list[Row]) -> Row:
    latest = max(same, key=lambda event: (event["timestamp"], event["id"]))
    parsed = latest["data"].get("parse_data") or {}
    intent = parsed.get("intent") or {}
    return {
        "hash": uuid_of(text),
        "text": text,
        "n_messages": len(same),
        "time": latest["timestamp"],
        "event_id": latest["id"],
        "sender_id": latest["sender_id"],
        "model": parsed.get("model") or (latest["data"].get("metadata") or {}).get("model_id"),
        "intent": intent_name(parsed),
        "confidence": intent.get("confidence"),
        "prediction": {key: parsed.get(key) for key in ("intent", "intent_ranking", "entities")},
        "archived": False,
        "in_training_data": text.startswith("/"),
    }


def uuid_of(text: str) -> str:
    digest = hashlib.md5(text.encode()).hexdigest()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))


def stored(database: Any) -> dict[str, list[Row]]:
    """Return what the database really holds, in the same form."""
    with closing(database.connect()) as connection:
        return {name: table(connection, name) for name in TABLES}


def empty(database: Any) -> None:
    """Forget everything that was stored."""
    database.rows(f"TRUNCATE {', '.join(TABLES)}, dead_letters")


def table(connection: Any, name: str) -> list[Row]:
    return in_order(text for (text,) in connection.run(f"SELECT to_jsonb(t)::text FROM {name} AS t"))


def in_order(texts: Iterable[str]) -> list[Row]:
    """Return rows with exact numbers (jsonb keeps 1e300 as an integer), sorted."""
    rows = [json.loads(text, parse_float=Decimal, parse_int=Decimal) for text in texts]
    return sorted(
        rows, key=lambda row: json.dumps(row, sort_keys=True, default=lambda number: f"{(number + 0).normalize()}")
    )


TABLES = (
    "conversations",
    "events",
    "turns",
    "conversation_sessions",
    "message_logs",
    "seen_names",
    "name_counts",
    "seen_slots",
    "seen_texts",
)
