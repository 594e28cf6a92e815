"""Events are found by their time: one index instead of two, the primary key (sender_id, timestamp, id).

An event's timestamp is a part of its content, and so of its id: who is one of a kind by (sender_id, id) is so by the
three. Promises: everybody reads and writes events while the new index is built, for a minute or more where there are
ten million; then all wait for the swap, some milliseconds, and for those who are at work on events at that moment, two
seconds at a time. Cut off at any moment, it leaves a database as 0015 does, and can be repeated: an index that is
built is not built again, a half one goes first.

What follows in the same transaction holds `events` as long as it lasts: a later revision that takes its time must begin
with a COMMIT of its own, as this one does.

Such an index cannot be built in a transaction. So the revisions before this one are committed when it begins.
"""

from alembic import op
from sqlalchemy import text

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Build the new key beside the old one, then swap them."""
    with op.get_context().autocommit_block():
        op.execute("COMMIT")  # of a transaction in which the block itself asked for the isolation level
        is_whole = op.get_bind().execute(text(IS_WHOLE)).scalar()
        if is_whole is False:
            op.execute(DROP)
        if not is_whole:
            op.execute(BUILD)
    op.execute(ALONE)
    op.execute(SWAP)


IS_WHOLE = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('events_by_time')"
DROP = "DROP INDEX CONCURRENTLY events_by_time"
BUILD = "CREATE UNIQUE INDEX CONCURRENTLY events_by_time ON events (sender_id, timestamp, id)"

# We hold nothing that others wait for, so nobody and we can stand in each other's way. While we wait, who comes later
# waits behind us: never for longer than two seconds because somebody reads for long.
ALONE = """
DO $$ BEGIN
    FOR attempt IN 1..30 LOOP
        BEGIN
            PERFORM set_config('lock_timeout', '2s', true);
            LOCK TABLE events IN ACCESS EXCLUSIVE MODE;
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            IF attempt = 30 THEN RAISE; END IF;
        END;
        PERFORM pg_sleep(0.5);
    END LOOP;
END $$
"""

SWAP = """
ALTER TABLE events DROP CONSTRAINT events_pkey;
ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_by_time;
DROP INDEX events_in_order
"""
