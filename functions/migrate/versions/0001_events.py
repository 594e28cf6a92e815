"""Conversations, their events, and what is derived from them (docs/events.md explains every table).

Nothing here depends on the order of arrival: no serial numbers, no arrival times in what is derived. The same set
of events gives the same rows, byte for byte. Child tables carry no foreign key: the consumer locks the conversation's
row first, and so must whoever deletes a conversation.
"""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables of the event path."""
    for statement in (CONVERSATIONS, EVENTS, TURNS, SESSIONS, SEEN, MESSAGE_LOGS, DEAD_LETTERS):
        op.execute(statement)


CONVERSATIONS = """
CREATE TABLE conversations (
    sender_id                 text COLLATE "C" PRIMARY KEY,
    latest_event_time         double precision NOT NULL DEFAULT 0, -- unix seconds; a maximum, not "the last seen"
    latest_input_channel      text,                                -- of the user message at latest_input_time
    latest_input_time         double precision,
    n_events                  integer NOT NULL DEFAULT 0,
    n_user_messages           integer NOT NULL DEFAULT 0,
    n_bot_messages            integer NOT NULL DEFAULT 0,
    minimum_action_confidence double precision,
    maximum_action_confidence double precision,
    minimum_intent_confidence double precision,
    maximum_intent_confidence double precision,
    interactive               boolean NOT NULL DEFAULT false,      -- made by interactive learning
    sender_name               text,                                -- 'Tester' for guests
    created_by                text,                                -- user name; null: came from a channel
    review_status             text NOT NULL DEFAULT 'unread'
                              CHECK (review_status IN ('unread', 'reviewed', 'saved_for_later'))
) WITH (fillfactor = 80);
CREATE INDEX conversations_by_time ON conversations (latest_event_time, sender_id);
CREATE INDEX conversations_by_review ON conversations (review_status, latest_event_time, sender_id);
"""

EVENTS = """
CREATE TABLE events (
    id        uuid NOT NULL,             -- first half of sha256(sender_id + canonical JSON)
    timestamp double precision NOT NULL, -- Rasa's own, unix seconds
    at        double precision NOT NULL, -- place in time: the first timestamp of its turn, else its own
    turn      bigint,                    -- the lock's ticket; null until a turn message names it
    idx       integer,                   -- place in the turn
    sender_id text COLLATE "C" NOT NULL,
    type      text NOT NULL,             -- Rasa's "event"
    data      jsonb NOT NULL,            -- Rasa's JSON without sender_id; NUL and lone surrogates replaced by U+FFFD
    exact     text,                      -- the canonical JSON where `data` had to replace characters
    PRIMARY KEY (sender_id, id)
);
CREATE INDEX events_in_order ON events (sender_id, at, turn, idx);
"""

TURNS = """
CREATE TABLE turns (
    sender_id  text COLLATE "C" NOT NULL,
    turn       bigint NOT NULL,
    prev_turn  bigint,                    -- not stored yet: a gap, which the sweeper fills from the tracker store
    started_at double precision NOT NULL, -- timestamp of its first event, unix seconds
    overlap    boolean NOT NULL,          -- another turn was written while this one ran
    PRIMARY KEY (sender_id, turn)
);
CREATE INDEX turns_by_time ON turns (started_at);
CREATE INDEX turns_overlapping ON turns (sender_id) WHERE overlap;
"""

SESSIONS = """
CREATE TABLE conversation_sessions (
    sender_id     text COLLATE "C" NOT NULL,
    started_at    double precision NOT NULL, -- timestamp of session_started; 0 for what came before the first one
    ended_at      double precision,          -- timestamp of the last counted event; null: only started
    user_messages integer NOT NULL DEFAULT 0,
    bot_messages  integer NOT NULL DEFAULT 0,
    predictions   integer NOT NULL DEFAULT 0, -- actions that a policy chose
    memoized      integer NOT NULL DEFAULT 0, -- of these by memoization; all: session is in the training data
    PRIMARY KEY (sender_id, started_at)
);
CREATE INDEX conversation_sessions_by_time ON conversation_sessions (started_at);
"""

SEEN = """
CREATE TABLE seen_names (
    sender_id text COLLATE "C" NOT NULL,
    kind      text COLLATE "C" NOT NULL
              CHECK (kind IN ('intent', 'entity', 'action', 'policy', 'channel', 'environment')),
    value     text COLLATE "C" NOT NULL, -- at most 255 characters
    PRIMARY KEY (sender_id, kind, value)
);
CREATE INDEX seen_names_by_value ON seen_names (kind, value, sender_id);
CREATE TABLE seen_slots (
    sender_id text COLLATE "C" NOT NULL,
    name      text COLLATE "C" NOT NULL, -- at most 255 characters
    hash      uuid NOT NULL,             -- md5 of value
    value     text NOT NULL,             -- JSON text
    PRIMARY KEY (sender_id, name, hash)
);
CREATE INDEX seen_slots_by_name ON seen_slots (name, sender_id);
CREATE TABLE seen_texts (
    sender_id text COLLATE "C" NOT NULL,
    hash      uuid NOT NULL,             -- message_logs.hash
    PRIMARY KEY (sender_id, hash)
);
CREATE INDEX seen_texts_by_hash ON seen_texts (hash, sender_id);
"""

MESSAGE_LOGS = """
CREATE TABLE message_logs (
    hash             uuid PRIMARY KEY,          -- md5 of the UTF-8 text
    text             text NOT NULL,
    n_messages       integer NOT NULL,
    time             double precision NOT NULL, -- this and the next six: of the latest message with this text
    event_id         uuid NOT NULL,
    sender_id        text COLLATE "C" NOT NULL,
    model            text,
    intent           text,
    confidence       double precision,
    prediction       jsonb NOT NULL,            -- {intent, intent_ranking, entities} as Rasa parsed it
    archived         boolean NOT NULL DEFAULT false,
    in_training_data boolean NOT NULL DEFAULT false
);
CREATE INDEX message_logs_by_time ON message_logs (time, hash) WHERE NOT archived;
CREATE INDEX message_logs_by_confidence ON message_logs (confidence, hash) WHERE NOT archived;
CREATE INDEX message_logs_by_intent ON message_logs (intent, hash) WHERE NOT archived;
"""

DEAD_LETTERS = """
CREATE TABLE dead_letters (
    id          uuid PRIMARY KEY, -- from environment and body: the same refusal is one row
    environment text NOT NULL,
    body        text NOT NULL,
    reason      text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    redriven_at timestamptz       -- sent again; null again when it was refused again
);
CREATE INDEX dead_letters_by_time ON dead_letters (received_at, id);
"""
