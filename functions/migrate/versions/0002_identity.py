"""Accounts, API tokens, and what people add to conversations: tags, flags, corrections.

Times are unix seconds. What people add points at events by id, so that it survives a replay; like the other child
tables of a conversation it carries no foreign key to it (see 0001): whoever deletes a conversation deletes these too.
"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables of identity and annotation."""
    for statement in (USERS, API_TOKENS, TAGS, FLAGS, CORRECTIONS):
        op.execute(statement)


USERS = """
CREATE TABLE users (
    username      text COLLATE "C" PRIMARY KEY CHECK (length(username) BETWEEN 1 AND 255),
    password_hash text NOT NULL,                       -- Argon2id, PHC string
    roles         text[] NOT NULL,
    data          jsonb,                               -- the UI's own, free form
    valid_after   double precision NOT NULL DEFAULT 0, -- tokens issued before are stale: password change, sign-out
    created_at    double precision NOT NULL DEFAULT extract(epoch FROM now())
);
"""

API_TOKENS = """
CREATE TABLE api_tokens (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    username     text COLLATE "C" NOT NULL REFERENCES users ON DELETE CASCADE,
    name         text NOT NULL,
    token_hash   text NOT NULL UNIQUE, -- sha256 of a random token, which is shown once and stored nowhere
    created_at   double precision NOT NULL DEFAULT extract(epoch FROM now()),
    expires_at   double precision,
    last_used_at double precision,
    revoked_at   double precision
);
CREATE INDEX api_tokens_by_user ON api_tokens (username);
"""

TAGS = """
CREATE TABLE tags (
    id    integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    value text NOT NULL UNIQUE CHECK (length(value) BETWEEN 1 AND 255),
    color text NOT NULL CHECK (color ~ '^[0-9a-f]{6}$')
);
CREATE TABLE conversation_tags (
    sender_id text COLLATE "C" NOT NULL,
    tag_id    integer NOT NULL REFERENCES tags ON DELETE CASCADE,
    PRIMARY KEY (sender_id, tag_id)
);
CREATE INDEX conversation_tags_by_tag ON conversation_tags (tag_id, sender_id);
"""

FLAGS = """
CREATE TABLE message_flags (
    sender_id  text COLLATE "C" NOT NULL,
    event_id   uuid NOT NULL,
    flagged_by text COLLATE "C" NOT NULL,
    flagged_at double precision NOT NULL,
    PRIMARY KEY (sender_id, event_id)
);
"""

CORRECTIONS = """
CREATE TABLE message_corrections (
    sender_id    text COLLATE "C" NOT NULL,
    event_id     uuid NOT NULL,
    timestamp    double precision NOT NULL, -- the message's own: what clients name it by
    intent       text NOT NULL,
    corrected_by text COLLATE "C" NOT NULL,
    corrected_at double precision NOT NULL,
    PRIMARY KEY (sender_id, event_id)
);
"""
