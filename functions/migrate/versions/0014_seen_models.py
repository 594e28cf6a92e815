"""Which models users spoke to in a conversation, for a filter: of what is stored already, and from now on.

Reading all messages takes a while on a large database, so it comes first and locks nothing; the table of names is
locked only to take the result. What the release before stores meanwhile has no model until its conversation goes on.
"""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Read the models, let names of models be stored, store them."""
    for statement in (READ, ALLOW, STORE):
        op.execute(statement)


READ = """
CREATE TEMPORARY TABLE spoken ON COMMIT DROP AS
SELECT DISTINCT sender_id, left(data #>> '{metadata,model_id}', 255) AS model
FROM events
WHERE type = 'user' AND jsonb_typeof(data #> '{metadata,model_id}') = 'string' AND data #>> '{metadata,model_id}' <> ''
"""

# What is stored already is of the kinds that were allowed before: nothing to check again.
ALLOW = """
ALTER TABLE seen_names DROP CONSTRAINT seen_names_kind_check;
ALTER TABLE seen_names ADD CONSTRAINT seen_names_kind_check
    CHECK (kind IN ('intent', 'entity', 'action', 'policy', 'channel', 'environment', 'model')) NOT VALID
"""

# Whoever erases a conversation has either committed when the lock is ours, or waits for it and deletes what is here.
STORE = """
INSERT INTO seen_names (sender_id, kind, value)
SELECT spoken.sender_id, 'model', spoken.model FROM spoken
WHERE EXISTS (SELECT FROM conversations WHERE conversations.sender_id = spoken.sender_id)
ON CONFLICT DO NOTHING
"""
