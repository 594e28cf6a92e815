"""Calls that carry an `Idempotency-Key`, and what was answered to them."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the table."""
    op.execute(CALLS)


CALLS = """
CREATE TABLE idempotent_calls (
    caller    text COLLATE "C" NOT NULL,
    key       text COLLATE "C" NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    call_hash text NOT NULL,             -- sha256 of method, path, query and body
    attempt   uuid NOT NULL,             -- who acts; another one takes over from a process that died
    begun_at  double precision NOT NULL DEFAULT extract(epoch FROM now()),
    status    integer,                   -- null while it runs
    headers   jsonb,
    body      text,                      -- null also where the answer carried a secret
    PRIMARY KEY (caller, key),
    UNIQUE (attempt)
);
CREATE INDEX idempotent_calls_by_time ON idempotent_calls (begun_at);
"""
