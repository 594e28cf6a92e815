"""Filters that few conversations pass: found by an index instead of by walking through all of them.

`seen_names_kinds` tells PostgreSQL that a value goes with its kind: it took 'greet' for a seventh of what it is, and
chose plans for few rows where there were many.
"""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make a column, indexes and statistics."""
    for statement in (ALONE, INDEXES, MEMOIZED, STATISTICS):
        op.execute(statement)


# The event service writes conversations first, then their sessions: so we wait for both in that order, before anything
# is done. Who has read both and then writes a conversation stands in our way and we in his: he goes first.
ALONE = """
DO $$ BEGIN
    FOR attempt IN 1..20 LOOP
        BEGIN
            LOCK TABLE conversations IN SHARE ROW EXCLUSIVE MODE;
            LOCK TABLE conversation_sessions IN ACCESS EXCLUSIVE MODE;
            RETURN;
        EXCEPTION WHEN deadlock_detected THEN
            IF attempt = 20 THEN RAISE; END IF;
        END;
    END LOOP;
END $$
"""

# Where nobody said anything there may be no session; elsewhere there is one.
INDEXES = """
CREATE INDEX conversations_silent ON conversations (sender_id) WHERE n_user_messages = 0 AND n_bot_messages = 0;
CREATE INDEX conversations_by_doubt ON conversations (coalesce(minimum_action_confidence, 2), sender_id);
CREATE INDEX conversations_by_nlu_doubt ON conversations (minimum_intent_confidence)
    WHERE minimum_intent_confidence < 0.6;
"""

MEMOIZED = """
ALTER TABLE conversation_sessions
    ADD COLUMN is_memoized boolean NOT NULL GENERATED ALWAYS AS (predictions > 0 AND predictions = memoized) STORED;
CREATE INDEX conversation_sessions_unknown ON conversation_sessions (sender_id) WHERE NOT is_memoized
"""

STATISTICS = """
CREATE STATISTICS seen_names_kinds (dependencies, mcv) ON kind, value FROM seen_names;
ANALYZE seen_names;
ANALYZE conversation_sessions;
ANALYZE conversations
"""
