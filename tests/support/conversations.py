"""Generated conversations and deliveries of them: what hypothesis feeds to the event service."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

SENDERS = ("web-1", "web-2", "Zoë 🙂", 'quote"\\back')
TEXTS = ("hi", "/greet", "naïve 🙂", "NUL \0 inside", "lone \ud83d surrogate", "\\u0000 as text", "x" * 300)
TIMES = st.integers(0, 12).map(lambda tick: 1_700_000_000 + tick / 4)
"""Few instants: many events share one, and late session starts fall between others."""
CONFIDENCES = st.sampled_from([0.0, 1e-07, 0.25, 1.0])


def event(kind: str, **fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Return events of one type."""
    return st.fixed_dictionaries({"event": st.just(kind), "timestamp": TIMES, **fields})


USERS = event(
    "user",
    text=st.sampled_from(TEXTS),
    input_channel=st.sampled_from(["rest", "socketio", None]),
    metadata=st.sampled_from([{}, {"model_id": "m1"}]),
    parse_data=st.fixed_dictionaries(
        {
            "intent": st.fixed_dictionaries(
                {"name": st.sampled_from(["greet", "faq"]), "confidence": CONFIDENCES},
                optional={"full_retrieval_intent_name": st.just("faq/name")},
            ),
            "entities": st.lists(st.sampled_from([{"entity": "city"}, {"entity": "cuisine"}]), max_size=2),
        },
        optional={
            "model": st.just("m0"),
            "response_selector": st.just({"faq": {"response": {"intent_response_key": "faq/age"}}}),
        },
    ),
)
ACTIONS = event(
    "action",
    name=st.sampled_from(["utter_hi", "action_listen"]),
    policy=st.sampled_from([None, "MemoizationPolicy", "TEDPolicy", "RulePolicy"]),
    confidence=CONFIDENCES,
)
SLOTS = event(
    "slot",
    name=st.sampled_from(["city", "requested_slot"]),
    value=st.sampled_from([None, "Köln", ["a", 1], {"b": 1, "a": 2}, "NUL \0"]),
)
EVENTS = st.one_of(
    USERS, USERS, ACTIONS, ACTIONS, SLOTS, event("bot", text=st.sampled_from(TEXTS)), event("session_started"),
    event("from_the_future", data=st.sampled_from([None, 1e300, -0.0, {"a": []}])),
)  # fmt: skip


def turns() -> st.SearchStrategy[dict[str, Any]]:
    """Return turn messages; the same ticket may be told twice, differently."""
    return st.fixed_dictionaries(
        {
            "v": st.just(1),
            "kind": st.just("turn"),
            "environment": st.sampled_from(["production", "worker"]),
            "sender_id": st.sampled_from(SENDERS),
            "turn": st.integers(1, 6).map(lambda number: 1_700_000_000_000 + number),
            "prev_turn": st.one_of(st.none(), st.just(1_700_000_000_001)),
            "overlap": st.booleans(),
            "events": st.lists(EVENTS, min_size=0, max_size=5),
        }
    )


def lone_events() -> st.SearchStrategy[dict[str, Any]]:
    """Return events as Rasa's own brokers send them."""
    return st.tuples(st.sampled_from(SENDERS), EVENTS).map(lambda pair: {"sender_id": pair[0], **pair[1]})


@st.composite
def messages(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return messages in which some events come both in a turn and alone."""
    told = draw(st.lists(st.one_of(turns(), lone_events()), min_size=1, max_size=12))
    inner = [{"sender_id": turn["sender_id"], **event} for turn in told for event in turn.get("events", [])]
    again = draw(st.lists(st.sampled_from(inner), max_size=4)) if inner else []
    return told + again


@st.composite
def deliveries(draw: st.DrawFn, told: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return batches that bring every message one to five times, in any order."""
    repeats = draw(st.lists(st.integers(1, 5), min_size=len(told), max_size=len(told)))
    queue = draw(st.permutations([message for message, count in zip(told, repeats, strict=True) for _ in range(count)]))
    cuts = sorted(draw(st.lists(st.integers(0, len(queue)), max_size=4)))
    edges = [0, *cuts, len(queue)]
    return [queue[start:end] for start, end in pairwise(edges) if start < end]
