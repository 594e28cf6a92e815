"""What the analytics call of the contract and the insights screen show of a period."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from parlance.adapters import insights as store
from parlance.adapters.sql import transaction
from parlance.domain.insights import HANDOFF_ACTIONS, period, share, spread, spread_known, trend

if TYPE_CHECKING:
    from parlance.domain.insights import Asked, Period

SAMPLED = 5_000
"""Sessions whose events are read; of more, the same share of every bin."""
SUMS = ("sessions", "users", "new_users", "user_messages", "bot_messages", "length", "steps")


def analytics(asked: Asked) -> dict[str, Any]:
    """Return the series of the contract's row 165; lengths in seconds, steps in messages of the user."""
    span = period(asked, time.time())
    rows = store.totals(span)
    series = {field: spread(rows, field, span.bins) for field in SUMS}
    pairs = list(zip(series["user_messages"], series["bot_messages"], strict=True))
    visits = list(zip(series["sessions"], series["users"], strict=True))
    return {
        "bin_centers": span.centers,
        "bin_width": span.width,
        "new_users": series["new_users"],
        "conversations": series["users"],
        "user_messages": series["user_messages"],
        "bot_messages": series["bot_messages"],
        "total_messages": [said + answered for said, answered in pairs],
        "sessions_per_user": [share(sessions, users) or 0 for sessions, users in visits],
        "conversation_length": series["length"],
        "conversation_steps": series["steps"],
    }


def insights(asked: Asked) -> dict[str, Any]:
    """Return everything that the insights screen shows of a period."""
    span = period(asked, time.time())
    with transaction():
        rows = store.totals(span)
        whole = next(row for row in rows if row["bin"] is None)
        sample = _sample(whole)
        heard = store.messages(span, asked.handoff_actions or HANDOFF_ACTIONS, sample)
        depths = store.depths(span)
    return {
        "start": span.start,
        "end": span.end,
        "bin_width": span.width,
        "bin_centers": span.centers,
        "sample": sample,
        "totals": {field: whole[field] for field in SUMS} | _rates(heard["bins"]),
        "series": {field: spread(rows, field, span.bins) for field in SUMS} | _series(heard["bins"], span),
        "intents": [_intent(row, span) for row in heard["intents"]],
        "drop_off": depths,
        "channels": [_group(row) for row in heard["channels"]],
        "models": [_group(row) | {"model_id": row["model_id"]} for row in heard["models"]],
    }


def steps(asked: Asked) -> dict[str, Any]:
    """Return which step follows which in real conversations: what a drawing of stories is compared with."""
    span = period(asked, time.time())
    with transaction():
        sample = _sample(store.totals(span)[-1])
        found = store.steps(span, sample)
    return {"sample": sample, "steps": [_step(row) for row in found]}


def _sample(whole: dict[str, Any]) -> float:
    return min(1.0, SAMPLED / whole["sessions"]) if whole["sessions"] else 1.0


def _step(row: dict[str, Any]) -> dict[str, Any]:
    kinds = {"user": "intent", "action": "action", None: None}
    before = None if row["name_before"] is None else {"kind": kinds[row["kind_before"]], "name": row["name_before"]}
    return {"before": before, "kind": kinds[row["kind"]], "name": row["name"], "times": row["times"]}


def _rates(bins: list[dict[str, Any]]) -> dict[str, float | None]:
    count = {
        field: sum(row[field] for row in bins)
        for field in ("messages", "fallbacks", "sessions", "handed_over", "measured", "unsure")
    }
    return {
        "fallback_rate": share(count["fallbacks"], count["messages"]),
        "handled_rate": share(count["sessions"] - count["handed_over"], count["sessions"]),
        "unsure_rate": share(count["unsure"], count["measured"]),
    }


def _series(bins: list[dict[str, Any]], span: Period) -> dict[str, list[float | None]]:
    rows = [row | _rates([row]) | _confidence(row) for row in bins]
    fields = ("fallback_rate", "handled_rate", "unsure_rate", "confidence_median", "confidence_low")
    return {field: spread_known(rows, field, span.bins) for field in fields}


def _confidence(row: dict[str, Any]) -> dict[str, float | None]:
    median, low = row["confidence"] or (None, None)
    return {"confidence_median": median, "confidence_low": low}


def _intent(row: dict[str, Any], span: Period) -> dict[str, Any]:
    counts = [int(row["bins"].get(str(place), 0)) for place in range(span.bins)]
    return {"name": row["name"], "messages": row["messages"], "series": counts, "trend": trend(counts)}


def _group(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "messages": row["messages"],
        "sessions": row["sessions"],
        "fallback_rate": share(row["fallbacks"], row["messages"]),
        "handled_rate": share(row["sessions"] - row["handed_over"], row["sessions"]),
        "confidence": row["confidence"],
        "drop_off": row["drop_off"],
    }
