"""The consumer's SQL. Every statement takes one JSON parameter, whatever the size of the batch."""

# Plans are kept for the life of a connection, and the first ones are made while tables are small. Every statement here
# finds its rows by key, so it must not learn to scan.
BY_KEY = """
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
       set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true)
"""

ENSURE_CONVERSATIONS = """
INSERT INTO conversations (sender_id)
SELECT jsonb_array_elements_text(CAST(:senders AS jsonb))
ON CONFLICT DO NOTHING
"""

# The tombstones come with the same snapshot: a conversation that is erased meanwhile loses its row, and we ask again.
# What is later than all that a conversation has cannot be known.
LOCK_CONVERSATIONS = """
WITH given AS (SELECT ARRAY(SELECT jsonb_array_elements_text(CAST(:senders AS jsonb))) AS senders)
SELECT count(*), jsonb_object_agg(sender_id, latest_event_time) FILTER (WHERE n_events > 0), (
    SELECT jsonb_object_agg(erased.sender_id, erased.until) FROM erased_conversations AS erased
    WHERE erased.sender_id = ANY (ARRAY(SELECT unnest(senders) FROM given))
) FROM (
    SELECT sender_id, latest_event_time, n_events FROM conversations
    WHERE sender_id = ANY (ARRAY(SELECT unnest(senders) FROM given))
    ORDER BY sender_id
    FOR UPDATE
) AS locked
"""

DROP_HUSKS = """
DELETE FROM conversations
WHERE sender_id IN (SELECT jsonb_array_elements_text(CAST(:senders AS jsonb))) AND n_events = 0 AND created_by IS NULL
"""

# One probe of the key for each event, and no way to plan it otherwise; nobody else writes these conversations, for
# their rows are locked.
KNOWN_EVENTS = """
SELECT known.id::text, known.turn, known.idx, known.at
FROM jsonb_to_recordset(CAST(:told AS jsonb)) AS given (sender_id text, ids uuid[], times double precision[])
CROSS JOIN LATERAL unnest(given.ids, given.times) AS told (id, timestamp)
CROSS JOIN LATERAL (
    SELECT stored.id, stored.turn, stored.idx, stored.at FROM events AS stored
    WHERE stored.sender_id = given.sender_id AND stored.timestamp = told.timestamp AND stored.id = told.id
    LIMIT 1
) AS known
"""

COPY_EVENTS = "COPY events (id, timestamp, at, turn, idx, sender_id, type, data, exact) FROM STDIN (FORMAT binary)"

MOVE_EVENTS = """
UPDATE events AS known SET turn = told.turn, idx = told.idx, at = told.at
FROM jsonb_to_recordset(CAST(:places AS jsonb)) AS told (
    sender_id text, timestamp double precision, id uuid, turn bigint, idx integer, at double precision
)
WHERE known.sender_id = told.sender_id AND known.timestamp = told.timestamp AND known.id = told.id
"""

WRITE_TURNS = """
INSERT INTO turns AS known (sender_id, turn, prev_turn, started_at, overlap)
SELECT sender_id, turn, prev_turn, started_at, overlap
FROM jsonb_to_recordset(CAST(:turns AS jsonb)) AS turn (
    sender_id text, turn bigint, prev_turn bigint, started_at double precision, overlap boolean
)
ON CONFLICT (sender_id, turn) DO UPDATE SET
    prev_turn = least(known.prev_turn, excluded.prev_turn),
    started_at = least(known.started_at, excluded.started_at),
    overlap = known.overlap OR excluded.overlap
WHERE (known.prev_turn, known.started_at, known.overlap) IS DISTINCT FROM (
    least(known.prev_turn, excluded.prev_turn),
    least(known.started_at, excluded.started_at),
    known.overlap OR excluded.overlap
)
"""

CHANGE_CONVERSATIONS = """
UPDATE conversations AS known SET
    latest_event_time = greatest(known.latest_event_time, change.latest_event_time),
    n_events = known.n_events + change.n_events,
    n_user_messages = known.n_user_messages + change.n_user_messages,
    n_bot_messages = known.n_bot_messages + change.n_bot_messages,
    minimum_action_confidence = least(known.minimum_action_confidence, change.minimum_action_confidence),
    maximum_action_confidence = greatest(known.maximum_action_confidence, change.maximum_action_confidence),
    minimum_intent_confidence = least(known.minimum_intent_confidence, change.minimum_intent_confidence),
    maximum_intent_confidence = greatest(known.maximum_intent_confidence, change.maximum_intent_confidence),
    (latest_input_time, latest_input_channel) = (
        SELECT input.time, input.channel
        FROM (VALUES
            (known.latest_input_time, known.latest_input_channel),
            (CASE WHEN NOT known.interactive THEN change.latest_input_time END,
             CASE WHEN NOT known.interactive THEN change.latest_input_channel END)
        ) AS input (time, channel)
        ORDER BY input.time DESC NULLS LAST, input.channel COLLATE "C" DESC
        LIMIT 1
    )
FROM jsonb_to_recordset(CAST(:changes AS jsonb)) AS change (
    sender_id text, latest_event_time double precision,
    n_events integer, n_user_messages integer, n_bot_messages integer,
    latest_input_time double precision, latest_input_channel text,
    minimum_action_confidence double precision, maximum_action_confidence double precision,
    minimum_intent_confidence double precision, maximum_intent_confidence double precision
)
WHERE known.sender_id = change.sender_id
"""

# Only names that a conversation did not have are stored and counted: its row is locked, so what it has does not change
# meanwhile. The last statement of a batch, for the counts are shared by all and held until the commit; in the order
# of whoever erases, which no database's own collation changes.
SEE_NAMES = """
WITH given AS (
    SELECT sender_id, names FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS seen (sender_id text, names text[])
), told AS (
    SELECT sender_id, given.names, ARRAY(
        SELECT name FROM unnest(given.names) AS name WHERE known.names IS NULL OR name <> ALL (known.names)
    ) AS fresh
    FROM given LEFT JOIN seen_names AS known USING (sender_id)
), stored AS (
    INSERT INTO seen_names AS known (sender_id, names)
    SELECT sender_id, names FROM told WHERE fresh <> '{}'
    ON CONFLICT (sender_id) DO UPDATE SET
        names = ARRAY(SELECT unnest(known.names) UNION SELECT unnest(excluded.names) ORDER BY 1)
)
INSERT INTO name_counts AS known (name, n_conversations)
SELECT name COLLATE "C", count(*) FROM told CROSS JOIN unnest(fresh) AS name GROUP BY 1 ORDER BY 1
ON CONFLICT (name) DO UPDATE SET n_conversations = known.n_conversations + excluded.n_conversations
"""

SEE_SLOTS = """
INSERT INTO seen_slots (sender_id, name, hash, value)
SELECT seen ->> 0, seen ->> 1, CAST(seen ->> 2 AS uuid), seen ->> 3
FROM jsonb_array_elements(CAST(:rows AS jsonb)) AS seen
ON CONFLICT DO NOTHING
"""

SEE_TEXTS = """
INSERT INTO seen_texts (sender_id, hash)
SELECT seen ->> 0, CAST(seen ->> 1 AS uuid) FROM jsonb_array_elements(CAST(:rows AS jsonb)) AS seen
ON CONFLICT DO NOTHING
"""

# An archived text comes back when the newest message with it has another intent or other entities.
LOG_MESSAGES = """
INSERT INTO message_logs AS known
    (hash, text, n_messages, time, event_id, sender_id, model, intent, confidence, prediction, in_training_data)
SELECT hash, text, n_messages, time, event_id, sender_id, model, intent, confidence, prediction, in_training_data
FROM jsonb_to_recordset(CAST(:logs AS jsonb)) AS log (
    hash uuid, text text, n_messages integer, time double precision, event_id uuid, sender_id text,
    model text, intent text, confidence double precision, prediction jsonb, in_training_data boolean
)
ORDER BY hash
ON CONFLICT (hash) DO UPDATE SET
    n_messages = known.n_messages + excluded.n_messages,
    archived = known.archived AND (
        (excluded.time, excluded.event_id) < (known.time, known.event_id)
        OR ROW (excluded.intent, jsonb_path_query_array(excluded.prediction, '$.entities[*].entity'))
           IS NOT DISTINCT FROM ROW (known.intent, jsonb_path_query_array(known.prediction, '$.entities[*].entity'))
    ),
    (time, event_id, sender_id, model, intent, confidence, prediction) = (
        SELECT latest.* FROM (VALUES
            (known.time, known.event_id, known.sender_id, known.model, known.intent, known.confidence,
             known.prediction),
            (excluded.time, excluded.event_id, excluded.sender_id, excluded.model, excluded.intent,
             excluded.confidence, excluded.prediction)
        ) AS latest (time, event_id, sender_id, model, intent, confidence, prediction)
        ORDER BY latest.time DESC, latest.event_id DESC
        LIMIT 1
    )
"""

# For each conversation the session that holds the given time, and all later ones.
KNOWN_SESSIONS = """
SELECT session.sender_id, session.started_at, session.ended_at,
       session.user_messages, session.bot_messages, session.predictions, session.memoized
FROM jsonb_each_text(CAST(:first AS jsonb)) AS first (sender_id, time)
JOIN conversation_sessions AS session
  ON session.sender_id = first.sender_id
 AND session.started_at >= coalesce((
    SELECT max(holding.started_at) FROM conversation_sessions AS holding
    WHERE holding.sender_id = first.sender_id AND holding.started_at <= CAST(first.time AS double precision)
 ), 0)
"""

# What came before the first session has no lower end; a policy that is no text is none (as in parlance.domain.facts).
RECALL = """
SELECT event.sender_id, event.timestamp, event.type, left(coalesce(event.data ->> 'policy', ''), 255)
FROM jsonb_to_recordset(CAST(:torn AS jsonb)) AS stretch (
    sender_id text, since double precision, until double precision
)
JOIN events AS event
  ON event.sender_id = stretch.sender_id
 AND event.timestamp >= coalesce(nullif(stretch.since, 0), '-Infinity')
 AND event.timestamp < coalesce(stretch.until, 'Infinity')
 AND (event.type IN ('user', 'bot') OR (event.type = 'action' AND event.data ->> 'policy' <> ''
      AND jsonb_typeof(event.data -> 'policy') = 'string'))
"""

WRITE_SESSIONS = """
INSERT INTO conversation_sessions AS known
    (sender_id, started_at, ended_at, user_messages, bot_messages, predictions, memoized)
SELECT sender_id, started_at, ended_at, user_messages, bot_messages, predictions, memoized
FROM jsonb_to_recordset(CAST(:sessions AS jsonb)) AS session (
    sender_id text, started_at double precision, ended_at double precision,
    user_messages integer, bot_messages integer, predictions integer, memoized integer
)
ON CONFLICT (sender_id, started_at) DO UPDATE SET
    ended_at = excluded.ended_at,
    user_messages = excluded.user_messages,
    bot_messages = excluded.bot_messages,
    predictions = excluded.predictions,
    memoized = excluded.memoized
"""

# In no order: gaps that nothing can fill must not stand in the way of the others.
GAPS = """
SELECT later.sender_id
FROM turns AS later
WHERE later.started_at BETWEEN CAST(:since AS double precision) AND CAST(:until AS double precision)
  AND later.prev_turn IS NOT NULL
  AND NOT EXISTS (
      SELECT FROM turns AS earlier WHERE earlier.sender_id = later.sender_id AND earlier.turn = later.prev_turn
  )
GROUP BY later.sender_id
ORDER BY random()
LIMIT CAST(:most AS integer)
"""

DROP_VOID_SESSIONS = """
DELETE FROM conversation_sessions
WHERE sender_id IN (SELECT jsonb_array_elements_text(CAST(:senders AS jsonb))) AND started_at = 0 AND ended_at IS NULL
"""
