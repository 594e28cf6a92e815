"""What models did in conversations: counted from the stored events, which name the model that made them."""

from __future__ import annotations

from typing import Any

from parlance.adapters.sql import DAY, query

MOST_TURNS = 50_000
"""Turns that are looked at, the newest first: a comparison stays quick on a large database."""

NUMBERS = f"""
WITH recent AS (
    SELECT sender_id, started_at FROM turns WHERE started_at >= :since ORDER BY started_at DESC LIMIT :most
), asked AS (
    SELECT sender_id, min(started_at) AS since FROM recent GROUP BY sender_id
), spoken AS (
    SELECT event.*, CAST(data->'parse_data'->'intent'->>'confidence' AS double precision) AS confidence
    FROM asked CROSS JOIN LATERAL (
        SELECT sender_id, at, type, data, data->'metadata'->>'model_id' AS model_id FROM events
        WHERE sender_id = asked.sender_id AND timestamp >= asked.since - {DAY}
          AND data->'metadata'->>'model_id' = ANY(CAST(:ids AS text[]))
        OFFSET 0
    ) AS event
    JOIN recent ON recent.sender_id = event.sender_id AND recent.started_at = event.at
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
