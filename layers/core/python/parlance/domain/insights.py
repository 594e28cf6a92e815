"""What the numbers of the insights screen mean: the period that is asked for, and what is computed from its counts.

In Rasa a person is a conversation id, so "users" counts ids; a session is a stretch of talk between session starts.
Times are unix seconds.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from parlance.domain.errors import Invalid
from parlance.domain.instants import Instant

DAY = 86_400.0
BINS = 10
MOST_BINS = 400
FALLBACK_INTENTS = ("nlu_fallback",)
FALLBACK_ACTIONS = ("action_default_fallback", "action_two_stage_fallback", "action_default_ask_affirmation")
HANDOFF_ACTIONS = ("action_human_handoff", "action_handoff", "action_handover", "utter_human_handoff", "utter_handoff")
"""Actions by which assistants usually call a human; `agent` and `pause` events mean it whatever the names."""
INNER_ACTIONS = ("action_listen", "action_session_start", "action_extract_slots")
"""What Rasa does between two turns, whatever the story."""
UNSURE = 0.7
"""Below this confidence the screens warn."""
DEEPEST = 20
"""Turns that the drop-off curve shows."""
NAMES = 20
"""Intents, channels and models that are listed; the most frequent ones."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A period as clients ask for it: by default the last seven days; `window` is the width of a bin in seconds."""

    start: Instant | None = None
    end: Instant | None = None
    window: Annotated[float, msgspec.Meta(ge=60)] | None = None
    handoff_actions: tuple[str, ...] = ()


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """From `start` up to but not including `start + bins * width`."""

    start: float
    width: float
    bins: int

    @property
    def end(self) -> float:
        """Where the last bin ends."""
        return self.start + self.width * self.bins

    @property
    def centers(self) -> list[float]:
        """The middle of every bin."""
        return [self.start + self.width * (place + 0.5) for place in range(self.bins)]


def period(asked: Asked, now: float) -> Period:
    """Cut the period into bins of one width, the last one whole; raises Invalid for none and for too many."""
    end = now if asked.end is None else asked.end
    start = end - 7 * DAY if asked.start is None else asked.start
    if end <= start:
        raise Invalid("end: it must be later than start.")
    width = asked.window or (end - start) / BINS
    bins = int(-(-(end - start) // width))
    if bins > MOST_BINS:
        raise Invalid(f"window: this makes {bins} bins, {MOST_BINS} are the most.")
    return Period(start=start, width=width, bins=bins)


def spread(rows: list[dict[str, Any]], field: str, bins: int) -> list[Any]:
    """Return one value for every bin, 0 where nothing happened."""
    found = {row["bin"]: row[field] for row in rows}
    return [found.get(place) or 0 for place in range(bins)]


def spread_known(rows: list[dict[str, Any]], field: str, bins: int) -> list[float | None]:
    """Return one value for every bin, None where there is nothing to measure."""
    found = {row["bin"]: row[field] for row in rows}
    return [found.get(place) for place in range(bins)]


def share(part: float, whole: float) -> float | None:
    """Return a share between 0 and 1; None of nothing."""
    return part / whole if whole else None


def trend(counts: list[int]) -> float | None:
    """Return how much more the later half has than the earlier: 0.5 is half as much again; None without an earlier one.

    With an odd number of bins the one in the middle belongs to neither.
    """
    half = len(counts) // 2
    before, after = sum(counts[:half]), sum(counts[len(counts) - half :])
    return (after - before) / before if before else None
