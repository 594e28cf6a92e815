-- What Parlance keeps in Rasa's tracker database, beside Rasa's own table. Run once, in one transaction, and once more
-- when something has been added since.

-- Rasa's table exactly as Rasa 3 makes it, but for an id that lasts. An existing one is adopted as it is.
CREATE TABLE IF NOT EXISTS events (
    id bigserial PRIMARY KEY,
    sender_id varchar(255) NOT NULL,
    type_name varchar(255) NOT NULL,
    "timestamp" double precision,
    intent_name varchar(255),
    action_name varchar(255),
    data text
);
-- A conversation's last event in one probe, its events in order without a sort. On a large stock database
-- make it beforehand with CREATE INDEX CONCURRENTLY: this one blocks writers while it is built.
CREATE INDEX IF NOT EXISTS parlance_events_by_conversation ON events (sender_id, id);

-- One row a turn. Its events are those of the conversation with an id from first_event_id to last_event_id.
-- turn: the lock's ticket, in the order of commits; prev_turn: the turn committed before it in the conversation.
-- overlap: another turn was committed between this turn's read and its write; it is kept all the same.
CREATE TABLE IF NOT EXISTS parlance_turns (
    sender_id text NOT NULL,
    turn bigint NOT NULL,
    prev_turn bigint,
    overlap boolean NOT NULL DEFAULT false,
    first_event_id bigint NOT NULL,
    last_event_id bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (sender_id, turn)
);

-- One row a turn whose message SNS does not have yet. Written with the events in one transaction, deleted when SNS has
-- it. body: the JSON message, uncompressed. Ids commit out of order: sweep by age, never by id.
CREATE TABLE IF NOT EXISTS parlance_outbox (
    id bigserial PRIMARY KEY,
    sender_id text NOT NULL,
    turn bigint NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- By it a save that is tried again finds its row. Came later than the rest: its absence is how an older database is told.
CREATE INDEX IF NOT EXISTS parlance_outbox_by_turn ON parlance_outbox (turn);

-- Every event with its (sender_id, turn, idx); events that stock Rasa wrote are in no turn and not here.
CREATE OR REPLACE VIEW parlance_events AS
SELECT
    written.sender_id,
    written.turn,
    row_number() OVER (PARTITION BY written.sender_id, written.turn ORDER BY event.id) - 1 AS idx,
    event.id AS event_id,
    event.type_name,
    event."timestamp",
    event.data
FROM parlance_turns AS written
JOIN events AS event
    ON event.sender_id = written.sender_id AND event.id BETWEEN written.first_event_id AND written.last_event_id;
