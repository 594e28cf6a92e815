"""What models did in conversations: counted from the stored events, which name the model that made them."""

from __future__ import annotations

from typing import Any

from parlance.adapters.sql import query

MOST_TURNS = 50_000
"""Turns that are looked at, the newest first: a comparison stays quick on a large database."""

NUMBERS = """
WITH recent AS (
    SELECT sender_id, started_at FROM turns WHERE started_at >= :since ORDER BY started_at DESC LIMIT :most
), spoken AS (
    SELECT event.sender_id, event.type, event.data, data->'metadata'->>'model_id' AS model_id,
           CAST(data->'parse_data'->'intent'->>'confidence' AS double precision) AS confidence
    FROM recent JOIN events AS event ON event.sender_id = recent.sender_id AND event.at = recent.started_at
    WHERE data->'metadata'->>'model_id' = ANY(CAST(:ids AS text[]))
)
SELECT model_id,
       count(DISTINCT sender_id) AS conversations,
       count(*) FILTER (WHERE type = 'user') AS user_messages,
       count(*) FILTER (WHERE type = 'bot') AS bot_messages,
       avg(confidence) FILTER (WHERE type = 'user') AS mean_confidence,
       percentile_cont(0.1) WITHIN GROUP (ORDER BY confidence) FILTER (WHERE type = 'user') AS low_confidence,
       count(*) FILTER (WHERE type = 'user' AND data->'parse_data'->'intent'->>'name' = 'nlu_fallback')
           AS nlu_fallbacks,
       count(*) FILTER (WHERE type = 'action' AND data->>'name' = 'action_default_fallback') AS core_fallbacks,
       count(*) FILTER (WHERE type = 'action_execution_rejected') AS rejected_actions
FROM spoken GROUP BY model_id
"""


def count(ids: list[str], since: float) -> dict[str, dict[str, Any]]:
    """Return figures by Rasa's model id since a moment in unix seconds; a model that nobody spoke to is not there."""
    rows = query(NUMBERS, ids=ids, since=since, most=MOST_TURNS)
    return {row.pop("model_id"): row for row in rows}
