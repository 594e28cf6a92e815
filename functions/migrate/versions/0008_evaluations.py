"""Evaluations of models, what is done by itself after a training, and what Rasa's validation says of a job's project.

A report stays in storage as Rasa made it; its row keeps the figures that lists and rules need.
"""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the tables of evaluations and automation; give jobs their orders and problems."""
    for statement in (JOBS, EVALUATIONS, AUTOMATION):
        op.execute(statement)


JOBS = """
ALTER TABLE jobs
    ADD COLUMN orders   jsonb,                        -- what a job that is no training has to do
    ADD COLUMN problems jsonb NOT NULL DEFAULT '[]';  -- {path, line, severity, message} by Rasa's validation
"""

EVALUATIONS = """
CREATE TABLE evaluations (
    job_id       text COLLATE "C" PRIMARY KEY,
    model        text COLLATE "C" NOT NULL REFERENCES models (name) ON DELETE CASCADE,
    report_key   text NOT NULL,                -- S3 key of the whole report
    files        jsonb NOT NULL,               -- names of Rasa's own files beside it
    scores       jsonb NOT NULL,               -- figures by part: nlu, cross_validation, stories, tests
    created_at   timestamptz NOT NULL,
    created_by   text NOT NULL
);
CREATE INDEX evaluations_by_model ON evaluations (model, created_at);
"""

AUTOMATION = """
CREATE TABLE automation (
    single     boolean PRIMARY KEY DEFAULT true CHECK (single),
    rules      jsonb NOT NULL,                 -- parlance.domain.automation.Automation
    updated_at timestamptz NOT NULL DEFAULT now(),
    updated_by text NOT NULL
);
"""
