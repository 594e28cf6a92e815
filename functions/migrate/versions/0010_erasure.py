"""Erased conversations, examples that came from users' messages, saved filters, user goals, evaluated conversations."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the tables."""
    for statement in (ERASED, ANNOTATED, FILTERS, GOALS, EVALUATIONS):
        op.execute(statement)


ERASED = """
CREATE TABLE erased_conversations ( -- what comes late of them is dropped; the name is all that is left
    sender_id text COLLATE "C" PRIMARY KEY,
    until     double precision NOT NULL, -- unix seconds: turns that began at or before it do not come back
    erased_at double precision NOT NULL,
    erased_by text COLLATE "C" NOT NULL,
    receipt   jsonb NOT NULL,            -- part -> how many were removed
    completed boolean NOT NULL DEFAULT false,
    settled   boolean NOT NULL DEFAULT false -- looked after once more, for a turn that was under way
);
CREATE INDEX erased_conversations_unsettled ON erased_conversations (erased_at) WHERE NOT settled;
"""

ANNOTATED = """
CREATE TABLE annotated_texts ( -- examples whose text came from users: they go with the last conversation that has it
    hash    uuid PRIMARY KEY,  -- message_logs.hash
    example uuid NOT NULL      -- training_texts.hash: the same text without the space around it
);
ALTER TABLE message_corrections ADD COLUMN made_example boolean NOT NULL DEFAULT false;
"""

FILTERS = """
CREATE TABLE saved_filters (
    id       integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username text COLLATE "C" NOT NULL REFERENCES users ON DELETE CASCADE,
    name     text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    query    jsonb NOT NULL,                -- parameters of the conversation list, as texts
    shared   boolean NOT NULL DEFAULT false,
    saved_at double precision NOT NULL DEFAULT extract(epoch FROM now()),
    UNIQUE (username, name)
);
CREATE INDEX saved_filters_shared ON saved_filters (name) WHERE shared;
"""

GOALS = """
CREATE TABLE user_goals (
    name text COLLATE "C" PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 255)
);
CREATE TABLE intent_goals (
    intent text COLLATE "C" PRIMARY KEY CHECK (length(intent) BETWEEN 1 AND 255),
    goal   text COLLATE "C" NOT NULL REFERENCES user_goals ON DELETE CASCADE
);
"""

EVALUATIONS = """
CREATE TABLE conversation_evaluations (
    sender_id    text COLLATE "C" PRIMARY KEY,
    result       jsonb NOT NULL,          -- as Rasa answers it
    evaluated_at double precision NOT NULL
);
"""
