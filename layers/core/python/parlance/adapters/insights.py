"""Counting what happened in a period: a constant number of statements, whatever the number of conversations.

Totals come from `conversation_sessions` and are exact. What only events tell (intents, confidence, fallbacks,
hand-overs) is read from a sample of sessions where there are many: those whose conversation's hash falls below a
bound, so that every bin loses the same share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.adapters.sql import query
from parlance.domain.insights import DEEPEST, FALLBACK_ACTIONS, FALLBACK_INTENTS, INNER_ACTIONS, NAMES, UNSURE

if TYPE_CHECKING:
    from parlance.domain.insights import Period

FINENESS = 10_000
"""The sample is so many ten-thousandths of all conversations."""
MOST_STEPS = 2000

# A session before the first start has no beginning of its own: it stands where it ended. Sessions in which nothing was
# said and those of interactive learning are none of the users'.
SESSIONS = """
session AS MATERIALIZED (
    SELECT s.sender_id, s.started_at, s.ended_at, s.user_messages, s.bot_messages, s.ended_at - began.at AS length,
           CAST(least(:bins - 1, floor((began.at - :start) / :width)) AS integer) AS bin
    FROM conversation_sessions s
    JOIN conversations c ON c.sender_id = s.sender_id AND NOT c.interactive
    CROSS JOIN LATERAL (SELECT CASE WHEN s.started_at = 0 THEN s.ended_at ELSE s.started_at END AS at) began
    WHERE (s.started_at >= :start AND s.started_at < :end OR s.started_at = 0 AND s.ended_at >= :start
           AND s.ended_at < :end)
      AND s.user_messages + s.bot_messages > 0
)
"""

TOTALS = f"""
WITH {SESSIONS}
SELECT bin, count(*) AS sessions, count(DISTINCT sender_id) AS users,
       count(*) FILTER (WHERE NOT EXISTS (
           SELECT FROM conversation_sessions earlier
           WHERE earlier.sender_id = session.sender_id AND earlier.started_at < session.started_at)) AS new_users,
       coalesce(sum(user_messages), 0)::bigint AS user_messages,
       coalesce(sum(bot_messages), 0)::bigint AS bot_messages,
       coalesce(avg(length), 0)::float8 AS length,
       coalesce(avg(user_messages), 0)::float8 AS steps
FROM session GROUP BY GROUPING SETS ((bin), ()) ORDER BY bin
"""

CHOSEN = f"""
chosen AS MATERIALIZED (
    SELECT * FROM session WHERE user_messages > 0 AND mod(abs(CAST(hashtext(sender_id) AS bigint)), {FINENESS}) < :kept
)
"""

# What the user said and what the bot did, without what it always does between two turns.
STEPS = f"""
WITH {SESSIONS}, {CHOSEN},
step AS (
    SELECT e.type AS kind, lag(e.type) OVER story AS kind_before, name.value AS name,
           lag(name.value) OVER story AS name_before
    FROM chosen JOIN events e ON e.sender_id = chosen.sender_id
     AND e.at BETWEEN chosen.started_at - 600 AND chosen.ended_at
     AND e.timestamp BETWEEN chosen.started_at AND chosen.ended_at
     AND e.type IN ('user', 'action')
    CROSS JOIN LATERAL (SELECT CASE e.type WHEN 'user' THEN e.data #>> '{{parse_data,intent,name}}'
                               ELSE e.data ->> 'name' END AS value) name
    WHERE name.value IS NOT NULL AND NOT name.value = ANY (CAST(:inner_actions AS text[]))
    WINDOW story AS (PARTITION BY chosen.sender_id, chosen.started_at ORDER BY e.at, e.turn, e.idx, e.timestamp, e.id)
)
SELECT kind_before, name_before, kind, name, count(*) AS times
FROM step GROUP BY kind_before, name_before, kind, name ORDER BY times DESC, name, name_before LIMIT {MOST_STEPS}
"""

DEPTHS = f"""
WITH {SESSIONS}
SELECT depth, count(*) AS sessions
FROM session CROSS JOIN LATERAL generate_series(1, least(user_messages, {DEEPEST})) AS depth
GROUP BY depth ORDER BY depth
"""


def _depths_by(group: str) -> str:
    """Return the drop-off of each group: as many sessions have n messages in it as messages are a session's n-th."""
    return f"""
        SELECT {group}, {group}_depth AS depth, count(*) AS sessions
        FROM message WHERE {group}_depth <= {DEEPEST} GROUP BY {group}, {group}_depth
    """


# A message and what it led to: the user's event, and the actions and hand-overs up to the next one. Words that buttons
# send (/greet) are understood by no model, so they have no confidence here.
MESSAGES = f"""
WITH {SESSIONS}, {CHOSEN},
moment AS (
    SELECT chosen.sender_id, chosen.started_at, chosen.bin, e.type, e.data,
           count(*) FILTER (WHERE e.type = 'user') OVER (
               PARTITION BY chosen.sender_id, chosen.started_at ORDER BY e.at, e.turn, e.idx, e.timestamp, e.id
           ) AS place
    FROM chosen JOIN events e ON e.sender_id = chosen.sender_id
     AND e.at BETWEEN chosen.started_at - 600 AND chosen.ended_at
     AND e.timestamp BETWEEN chosen.started_at AND chosen.ended_at
     AND e.type IN ('user', 'action', 'agent', 'pause')
),
exchange AS (
    SELECT sender_id, started_at, bin, place,
           max(coalesce(data #>> '{{parse_data,intent,full_retrieval_intent_name}}',
                        data #>> '{{parse_data,intent,name}}')) FILTER (WHERE type = 'user') AS intent,
           max(CASE WHEN type = 'user' AND left(data ->> 'text', 1) IS DISTINCT FROM '/'
                     AND jsonb_typeof(data #> '{{parse_data,intent,confidence}}') = 'number'
               THEN CAST(data #>> '{{parse_data,intent,confidence}}' AS float8) END) AS confidence,
           max(data ->> 'input_channel') FILTER (WHERE type = 'user') AS channel,
           max(data #>> '{{metadata,model_id}}') FILTER (WHERE type = 'user') AS model,
           coalesce(bool_or(type = 'action' AND data ->> 'name' = ANY (CAST(:fallback_actions AS text[]))
                   OR type = 'user' AND data #>> '{{parse_data,intent,name}}' = ANY (CAST(:fallback_intents AS text[]))
           ), false) AS is_fallback,
           coalesce(bool_or(type IN ('agent', 'pause') OR type = 'action'
                   AND data ->> 'name' = ANY (CAST(:handoff_actions AS text[]))), false) AS is_handed_over
    FROM moment WHERE place > 0 GROUP BY sender_id, started_at, bin, place
),
message AS MATERIALIZED (
    SELECT *, row_number() OVER (PARTITION BY sender_id, started_at, channel ORDER BY place) AS channel_depth,
           row_number() OVER (PARTITION BY sender_id, started_at, model ORDER BY place) AS model_depth
    FROM exchange
),
channel_depths AS ({_depths_by("channel")}),
model_depths AS ({_depths_by("model")}),
outcome AS (
    SELECT bin, bool_or(is_handed_over) AS is_handed_over
    FROM message GROUP BY sender_id, started_at, bin
),
grouped AS (
    SELECT bin, count(*) AS messages, count(*) FILTER (WHERE is_fallback) AS fallbacks,
           percentile_cont(ARRAY[0.5, 0.1]) WITHIN GROUP (ORDER BY confidence) AS confidence,
           count(confidence) AS measured, count(*) FILTER (WHERE confidence < {UNSURE}) AS unsure
    FROM message GROUP BY bin
)
SELECT jsonb_build_object(
    'bins', (SELECT coalesce(jsonb_agg(to_jsonb(grouped) || (
                SELECT jsonb_build_object('sessions', count(*), 'handed_over', count(*) FILTER (WHERE is_handed_over))
                FROM outcome WHERE outcome.bin = grouped.bin) ORDER BY grouped.bin), '[]') FROM grouped),
    'intents', (SELECT coalesce(jsonb_agg(to_jsonb(one)), '[]') FROM (
        SELECT intent AS name, sum(messages)::bigint AS messages, jsonb_object_agg(bin, messages) AS bins
        FROM (SELECT intent, bin, count(*) AS messages FROM message WHERE intent IS NOT NULL GROUP BY intent, bin) each
        GROUP BY intent ORDER BY messages DESC, name LIMIT {NAMES}) one),
    'channels', (SELECT coalesce(jsonb_agg(to_jsonb(one) || (
            SELECT jsonb_build_object('drop_off', coalesce(jsonb_agg(d.sessions ORDER BY d.depth), '[]'))
            FROM channel_depths d WHERE d.channel IS NOT DISTINCT FROM one.name)), '[]') FROM (
        SELECT channel AS name, count(*) AS messages, count(DISTINCT (sender_id, started_at)) AS sessions,
               count(*) FILTER (WHERE is_fallback) AS fallbacks,
               count(DISTINCT (sender_id, started_at)) FILTER (WHERE is_handed_over) AS handed_over,
               avg(confidence) AS confidence
        FROM message GROUP BY channel ORDER BY messages DESC, name LIMIT {NAMES}) one),
    'models', (SELECT coalesce(jsonb_agg(to_jsonb(one) || (
            SELECT jsonb_build_object('drop_off', coalesce(jsonb_agg(d.sessions ORDER BY d.depth), '[]'))
            FROM model_depths d WHERE d.model IS NOT DISTINCT FROM one.model_id)), '[]') FROM (
        SELECT known.name, model AS model_id, count(*) AS messages,
               count(DISTINCT (sender_id, started_at)) AS sessions,
               count(*) FILTER (WHERE is_fallback) AS fallbacks,
               count(DISTINCT (sender_id, started_at)) FILTER (WHERE is_handed_over) AS handed_over,
               avg(confidence) AS confidence
        FROM message LEFT JOIN LATERAL (
            SELECT max(models.name) AS name FROM models WHERE models.model_id = message.model) known ON true
        GROUP BY model, known.name ORDER BY messages DESC, model LIMIT {NAMES}) one)
) AS counted
"""


def totals(period: Period) -> list[dict[str, Any]]:
    """Return the counts of every bin in which something was said, and one row of all whose `bin` is null."""
    return query(TOTALS, **_bounds(period))


def depths(period: Period) -> list[int]:
    """Return how many sessions had at least one message of the user, two, three..."""
    return [row["sessions"] for row in query(DEPTHS, **_bounds(period))]


def messages(period: Period, handoff_actions: tuple[str, ...], sample: float) -> dict[str, Any]:
    """Return what the events of a share of the sessions tell: bins, intents, channels and models."""
    values = {
        "fallback_actions": list(FALLBACK_ACTIONS),
        "fallback_intents": list(FALLBACK_INTENTS),
        "handoff_actions": list(handoff_actions),
        "kept": round(sample * FINENESS),
    }
    counted: dict[str, Any] = query(MESSAGES, **_bounds(period), **values)[0]["counted"]
    return counted


def steps(period: Period, sample: float) -> list[dict[str, Any]]:
    """Return which step followed which in a share of the sessions, and how often; the first has none before it."""
    return query(STEPS, **_bounds(period), inner_actions=list(INNER_ACTIONS), kept=round(sample * FINENESS))


def _bounds(period: Period) -> dict[str, float]:
    return {"start": period.start, "end": period.end, "width": period.width, "bins": period.bins}
