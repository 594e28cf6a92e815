"""Roll-outs: where every tag has been, which models no Rasa could load, and the environments that serve tags."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the tables; what is tagged now begins its tag's history."""
    for statement in (MODELS, MOVES, HISTORY, ENVIRONMENTS):
        op.execute(statement)


MODELS = """
ALTER TABLE models
    ADD COLUMN refused jsonb -- {code, message, environment, at}: a Rasa could not load it; null: none said so
"""

MOVES = """
CREATE TABLE tag_moves (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tag      text COLLATE "C" NOT NULL,
    model    text COLLATE "C",          -- null: taken away. No foreign key: the history outlives its models
    previous text COLLATE "C",          -- who had it before; null: nobody
    cause    text NOT NULL
             CHECK (cause IN ('tagged', 'trained', 'untagged', 'rolled_back', 'refused')),
    reason   text NOT NULL DEFAULT '',
    moved_at timestamptz NOT NULL DEFAULT now(),
    moved_by text NOT NULL
);
CREATE INDEX tag_moves_by_tag ON tag_moves (tag, id);
"""

HISTORY = """
INSERT INTO tag_moves (tag, model, cause, moved_at, moved_by)
SELECT tag, model, 'tagged', tagged_at, tagged_by FROM model_tags ORDER BY tagged_at
"""

ENVIRONMENTS = """
CREATE TABLE environments (
    name     text COLLATE "C" PRIMARY KEY,              -- also the tag that it serves
    state    text NOT NULL DEFAULT 'on'
             CHECK (state IN ('on', 'off', 'asleep')),  -- asleep: a message wakes it; off: only people do
    schedule jsonb,                                     -- parlance.domain.schedules.Schedule; null: none
    woken_at timestamptz,                               -- when a message last woke it
    steps    jsonb NOT NULL DEFAULT '[]',               -- the canary's [since in milliseconds, percent], in order
    verdict  jsonb                                      -- what its Rasa last said of a model
)
"""
