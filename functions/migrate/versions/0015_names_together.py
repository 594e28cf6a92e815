"""A conversation's names in one row, and how many conversations have each: a fifth of a batch's work in PostgreSQL.

Nineteen rows a conversation, each in two indexes, become one row with an array. A filter looks into the array, or asks
the GIN index where few conversations have a name; menus and statistics read the counts and walk through nothing.
"""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Put the names together and count them."""
    for statement in (ALONE, NAMES, GATHER, REPLACE, INDEXES, COUNTS, COUNT, STATISTICS):
        op.execute(statement)


# The event service writes conversations first, then their names: so we wait for both in that order. Who has read names
# and then writes a conversation stands in our way and we in his: he goes first.
ALONE = """
DO $$ BEGIN
    FOR attempt IN 1..20 LOOP
        BEGIN
            LOCK TABLE conversations IN SHARE ROW EXCLUSIVE MODE;
            LOCK TABLE seen_names IN ACCESS EXCLUSIVE MODE;
            RETURN;
        EXCEPTION WHEN deadlock_detected THEN
            IF attempt = 20 THEN RAISE; END IF;
        END;
    END LOOP;
END $$
"""

NAMES = """
CREATE TABLE gathered_names (
    sender_id text COLLATE "C" NOT NULL,
    names     text[] COLLATE "C" NOT NULL -- 'kind:value', sorted; kind: intent, entity, action, policy, channel,
                                          -- environment or model; value: at most 255 characters
)
"""

GATHER = """
INSERT INTO gathered_names
SELECT sender_id, array_agg(kind || ':' || value ORDER BY (kind || ':' || value) COLLATE "C")
FROM seen_names GROUP BY sender_id
"""

REPLACE = """
DROP TABLE seen_names;
ALTER TABLE gathered_names RENAME TO seen_names
"""

# Whoever searches reads what waits to be sorted into the index, too: a quarter of a megabyte at most.
INDEXES = """
ALTER TABLE seen_names ADD PRIMARY KEY (sender_id);
CREATE INDEX seen_names_by_name ON seen_names USING gin (names) WITH (gin_pending_list_limit = 256)
"""

COUNTS = """
CREATE TABLE name_counts (
    name            text COLLATE "C" PRIMARY KEY, -- as in seen_names
    n_conversations bigint NOT NULL               -- that have it; no row without any
) WITH (fillfactor = 50)
"""

COUNT = "INSERT INTO name_counts SELECT name, count(*) FROM seen_names, unnest(names) AS name GROUP BY name"

# Names are few and their frequencies uneven: the planner shall know more of them than the usual thousand.
STATISTICS = """
ALTER TABLE seen_names ALTER COLUMN names SET STATISTICS 500;
ANALYZE seen_names
"""
