"""The inbox of messages to annotate: what is training data already, and what comes back after it was archived."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create what the inbox needs beside the message log."""
    for statement in (TRAINING_TEXTS, INBOX_ORDER):
        op.execute(statement)


# Derived from the project's files in the transaction that writes them; read when the inbox is, so that a message that
# arrives meanwhile is judged rightly too.
TRAINING_TEXTS = """
CREATE TABLE training_texts (
    hash uuid PRIMARY KEY -- md5 of the plain text of an example: message_logs.hash
);
"""

INBOX_ORDER = """
CREATE INDEX message_logs_by_doubt ON message_logs (coalesce(confidence, 2), hash)
    WHERE NOT archived AND NOT in_training_data;
DROP INDEX message_logs_by_confidence;
"""
