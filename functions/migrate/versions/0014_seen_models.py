"""Which models users spoke to in a conversation, for a filter: from now on, and of what is stored already.

Reading all messages may take hours, so the sweeper does it, some conversations at a time (`services.seen_models`): here
is only the place where it has got to. What is stored from now on is named as it is stored.
"""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Let names of models be stored, and note that those of older conversations are missing."""
    for statement in (ALLOW, UNREAD, BEGIN):
        op.execute(statement)


# What is stored already is of the kinds that were allowed before: nothing to check again.
ALLOW = """
ALTER TABLE seen_names DROP CONSTRAINT seen_names_kind_check;
ALTER TABLE seen_names ADD CONSTRAINT seen_names_kind_check
    CHECK (kind IN ('intent', 'entity', 'action', 'policy', 'channel', 'environment', 'model')) NOT VALID
"""

UNREAD = """
CREATE TABLE unread_models ( -- one row until all conversations were read, then none
    single    boolean PRIMARY KEY DEFAULT true CHECK (single),
    read_upto text COLLATE "C" NOT NULL -- a sender_id: it and those before it are done
)
"""

BEGIN = "INSERT INTO unread_models (read_upto) SELECT '' WHERE EXISTS (SELECT FROM conversations)"
