"""A tracker as Rasa would say it, from a conversation's events alone: which slots, which loop, what came last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

UNTIL = {"undo": "action", "rewind": "user"}
"""These take back everything from the last event of the named kind on."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """What of an event matters for the tracker's state; `raw` is the event as it is served."""

    event: str
    timestamp: float = 0.0
    name: str | None = None
    value: Any = None
    text: str | None = None
    action_text: str | None = None
    input_channel: str | None = None
    parse_data: Any = None
    policy: str | None = None
    is_flagged: bool = False
    data: Any = None
    metadata: Any = None
    raw: msgspec.Raw = msgspec.Raw(b"null")

    @property
    def id(self) -> str:
        """The event's own, as the workbench put it into its metadata."""
        return str(self.metadata.get("rasa_x_id", "")) if isinstance(self.metadata, dict) else ""


class Bare(msgspec.Struct, frozen=True):
    """What every event has: the event service refuses others."""

    event: str
    timestamp: float
    metadata: Any = None


_decode = msgspec.json.Decoder(Fact).decode
_decode_bare = msgspec.json.Decoder(Bare).decode


class State(msgspec.Struct):
    """What the events so far amount to."""

    slots: dict[str, Any] = {}
    latest_message: Any = None
    latest_input_channel: str | None = None
    active_loop: dict[str, Any] = {}
    latest_action_name: str | None = None
    latest_action: dict[str, Any] = {}
    followup_action: str | None = "action_listen"
    paused: bool = False


def read(events: Iterable[str]) -> list[Fact]:
    """Decode events, keeping each one's exact text beside what matters."""
    return [msgspec.structs.replace(_read(text), raw=msgspec.Raw(text)) for text in events]


def _read(text: str) -> Fact:
    """Decode one; fields of kinds that no Rasa writes are shown, not interpreted."""
    try:
        return _decode(text)
    except msgspec.ValidationError:
        bare = _decode_bare(text)
        return Fact(event=bare.event, timestamp=bare.timestamp, metadata=bare.metadata)


def standing(facts: Iterable[Fact]) -> list[Fact]:
    """Return the events that still count after undo and rewind."""
    kept: list[Fact] = []
    for fact in facts:
        if fact.event in UNTIL:
            kept = _before_last(kept, UNTIL[fact.event])
        else:
            kept.append(fact)
    return kept


def _before_last(facts: list[Fact], kind: str) -> list[Fact]:
    for place in range(len(facts) - 1, -1, -1):
        if facts[place].event == kind:
            return facts[:place]
    return facts


def fold(facts: Iterable[Fact]) -> State:
    """Replay events by Rasa's rules."""
    state = State()
    for fact in standing(facts):
        state = apply(state, fact)
    return state


def apply(state: State, fact: Fact) -> State:
    """Return the state after one more event."""
    if fact.event in {"restart", "session_started"}:
        return State(followup_action="action_session_start" if fact.event == "restart" else "action_listen")
    change = CHANGES.get(fact.event)
    return msgspec.structs.replace(state, **change(state, fact)) if change else state


def _user(state: State, fact: Fact) -> dict[str, Any]:
    channel = fact.input_channel or state.latest_input_channel
    return {"latest_message": fact.parse_data, "latest_input_channel": channel, "followup_action": None}


def _action(state: State, fact: Fact) -> dict[str, Any]:
    action = {"action_text": fact.action_text} if fact.action_text else {"action_name": fact.name}
    followup = None if state.followup_action == fact.name else state.followup_action
    return {"latest_action_name": fact.name, "latest_action": action, "followup_action": followup}


def _slot(state: State, fact: Fact) -> dict[str, Any]:
    return {"slots": state.slots | {str(fact.name): fact.value}}


def _loop(state: State, fact: Fact) -> dict[str, Any]:
    trigger = state.latest_message
    loop = {"name": fact.name, "is_interrupted": False, "rejected": False, "trigger_message": trigger}
    return {"active_loop": loop if fact.name else {}}


CHANGES: dict[str, Any] = {
    "user": _user,
    "action": _action,
    "slot": _slot,
    "active_loop": _loop,
    "form": _loop,
    "reset_slots": lambda state, _: {"slots": dict.fromkeys(state.slots)},
    "followup": lambda _, fact: {"followup_action": fact.name},
    "pause": lambda *_: {"paused": True},
    "resume": lambda *_: {"paused": False},
}


def tracker(sender_id: str, facts: list[Fact], shown: list[Fact]) -> dict[str, Any]:
    """Return the tracker's JSON shape: state after `facts`, events of `shown`."""
    return {
        "sender_id": sender_id,
        **msgspec.structs.asdict(fold(facts)),
        "latest_event_time": max((fact.timestamp for fact in facts), default=None),
        "events": [fact.raw for fact in shown],
    }


def last_session(facts: list[Fact]) -> list[Fact]:
    """Return the events from the start of the latest session on."""
    for place in range(len(facts) - 1, -1, -1):
        if facts[place].event == "action" and facts[place].name == "action_session_start":
            return facts[place:]
    return facts


def messages(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """Return what user and bot said, in order."""
    return [_message(fact) for fact in facts if fact.event in {"user", "bot", "agent"}]


def _message(fact: Fact) -> dict[str, Any]:
    said = {"type": fact.event, "timestamp": fact.timestamp, "text": fact.text, "is_flagged": fact.is_flagged}
    if fact.event != "user":
        return said | {"data": fact.data}
    parsed = fact.parse_data if isinstance(fact.parse_data, dict) else {}
    return said | {"data": parsed, "intent": parsed.get("intent"), "entities": parsed.get("entities", [])}
