"""What the API answers of a period: statistics, analytics, insights. Series have a value for every bin."""

from __future__ import annotations

from typing import Literal

import msgspec

Counts = tuple[int, ...]
Measures = tuple[float, ...]
Known = tuple[float | None, ...]
"""Null where there is nothing to measure."""


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """Totals, and the three most frequent names of each kind."""

    user_messages: int
    bot_messages: int
    top_intents: tuple[str, ...]
    top_actions: tuple[str, ...]
    top_entities: tuple[str, ...]
    top_policies: tuple[str, ...]


class SeenModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model that users spoke to; the name is null where the model is not here (any more)."""

    model_id: str
    name: str | None


class Analytics(msgspec.Struct, frozen=True, kw_only=True):
    """The series of Rasa X Enterprise; times and lengths are seconds."""

    bin_centers: Measures
    bin_width: float
    new_users: Counts
    conversations: Counts
    user_messages: Counts
    bot_messages: Counts
    total_messages: Counts
    sessions_per_user: Measures
    conversation_length: Measures
    conversation_steps: Measures


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """The whole period; rates are shares between 0 and 1."""

    sessions: int | None
    users: int | None
    new_users: int | None
    user_messages: int | None
    bot_messages: int | None
    length: float | None
    steps: float | None
    fallback_rate: float | None
    handled_rate: float | None
    unsure_rate: float | None


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """The same by bin, and the confidence of intents."""

    sessions: Counts
    users: Counts
    new_users: Counts
    user_messages: Counts
    bot_messages: Counts
    length: Measures
    steps: Measures
    fallback_rate: Known
    handled_rate: Known
    unsure_rate: Known
    confidence_median: Known
    confidence_low: Known


class IntentCourse(msgspec.Struct, frozen=True, kw_only=True):
    """An intent's course; `trend` compares the later half with the earlier one."""

    name: str
    messages: int
    series: Counts
    trend: float | None


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A channel or a model; `drop_off` counts sessions with at least one message of the user in it, two, three..."""

    name: str | None
    messages: int
    sessions: int
    fallback_rate: float | None
    handled_rate: float | None
    confidence: float | None
    drop_off: Counts
    model_id: str | None = None


class Insights(msgspec.Struct, frozen=True, kw_only=True):
    """How a period went; `sample` is the share of sessions whose events were read."""

    start: float
    end: float
    bin_width: float
    bin_centers: Measures
    sample: float
    totals: Totals
    series: Series
    intents: tuple[IntentCourse, ...]
    drop_off: Counts
    channels: tuple[Group, ...]
    models: tuple[Group, ...]


class StepName(msgspec.Struct, frozen=True, kw_only=True):
    """An intent or an action."""

    kind: Literal["intent", "action"]
    name: str | None


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """A step, what was before it (null: a session began), and how often that happened."""

    before: StepName | None
    kind: Literal["intent", "action"]
    name: str | None
    times: int


class Transitions(msgspec.Struct, frozen=True, kw_only=True):
    """Which step follows which."""

    sample: float
    steps: tuple[Transition, ...]
