"""Search in what users said: an index of every text's trigrams, for pieces of words in any language.

PostgreSQL's own extension for it (pg_trgm) is not in the embedded server, and not needed: a function and a GIN index
do the same for `ILIKE '%piece%'`. A piece shorter than three characters has no trigram and is looked for everywhere.
"""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the function and its index."""
    op.execute(TRIGRAMS)
    op.execute("CREATE INDEX message_logs_by_trigram ON message_logs USING gin (trigrams(text))")


TRIGRAMS = """
CREATE FUNCTION trigrams(said text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT coalesce(array_agg(DISTINCT substr(small, place, 3)), '{}')
        FROM lower(said) small, generate_series(1, length(small) - 2) place)
"""
