"""Project files, trained models and jobs (docs/training.md).

A project's files keep their text whole: comments, order and unknown keys survive. A job's columns mirror
`parlance.domain.jobs.Job`; every change of one is conditional on the `revision` that was read.
"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables of projects, models and jobs."""
    for statement in (FILES, JOBS, MODELS, TAGS):
        op.execute(statement)


FILES = """
CREATE TABLE project_files (
    path       text COLLATE "C" PRIMARY KEY, -- relative, with slashes: data/nlu.yml
    content    text NOT NULL,
    version    bigint NOT NULL DEFAULT 1,    -- counts the changes of this file
    problems   jsonb NOT NULL,               -- what was found wrong in it when it was written
    updated_at timestamptz NOT NULL DEFAULT now(),
    updated_by text NOT NULL
);
"""

JOBS = """
CREATE TABLE jobs (
    id           text COLLATE "C" PRIMARY KEY, -- 32 hexadecimal digits
    kind         text NOT NULL,
    state        text NOT NULL
                 CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'lost')),
    options      jsonb NOT NULL,
    project_key  text NOT NULL,                -- S3 key of the snapshot of the project
    project_hash text NOT NULL,                -- sha256 of that snapshot's paths and texts
    created_at   timestamptz NOT NULL,
    created_by   text NOT NULL,
    retry_of     text,
    claimed_at   timestamptz,                  -- since when it holds a place
    started_at   timestamptz,
    finished_at  timestamptz,
    heard_at     timestamptz,                  -- the task's last progress
    since        timestamptz,                  -- older messages belong to an earlier attempt
    attempt      integer NOT NULL,
    tries        integer NOT NULL,             -- refused starts
    progress     jsonb,
    progress_seq bigint NOT NULL,
    log_tail     jsonb NOT NULL,
    log_seq      bigint NOT NULL,
    task_arn     text,
    past_tasks   jsonb NOT NULL,               -- tasks of earlier attempts
    task_end     jsonb,
    model        text,                         -- name of the model it made
    error        jsonb,
    revision     bigint NOT NULL
);
CREATE INDEX jobs_by_time ON jobs (created_at, id);
CREATE INDEX jobs_waiting ON jobs (created_at, id) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_with_open_task ON jobs (finished_at) WHERE claimed_at IS NOT NULL AND task_end IS NULL;
"""

MODELS = """
CREATE TABLE models (
    name         text COLLATE "C" PRIMARY KEY,
    job_id       text UNIQUE,                  -- null: uploaded. One job makes one model
    object_key   text NOT NULL UNIQUE,
    etag         text NOT NULL,                -- S3's, without quotes: what Rasa sends as If-None-Match
    size         bigint NOT NULL,
    rasa_version text NOT NULL,
    model_id     text NOT NULL,                -- Rasa's id, which events carry in their metadata
    project_hash text NOT NULL,                -- '' for an uploaded model
    trained_at   timestamptz NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    created_by   text NOT NULL
);
CREATE INDEX models_by_time ON models (trained_at, name);
"""

TAGS = """
CREATE TABLE model_tags (
    tag       text COLLATE "C" PRIMARY KEY,    -- one model a tag; `production` is served
    model     text COLLATE "C" NOT NULL REFERENCES models (name),
    tagged_at timestamptz NOT NULL DEFAULT now(),
    tagged_by text NOT NULL
);
CREATE INDEX model_tags_by_model ON model_tags (model);
"""
