"""The git repository that the project is kept in, and accounts that log in at an identity provider."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the tables of git; let accounts belong to an identity provider."""
    for statement in (REPOSITORIES, COMMON_FILES, IDENTITIES):
        op.execute(statement)


# Keys and passwords are in Secrets Manager; here is what may be shown.
REPOSITORIES = """
CREATE TABLE git_repositories (
    id                         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    single                     boolean NOT NULL UNIQUE DEFAULT true CHECK (single), -- one project, one repository
    name                       text NOT NULL,
    repository_url             text NOT NULL,
    git_service                text NOT NULL,
    username                   text,                       -- of HTTPS; null: SSH
    target_branch              text NOT NULL,
    is_target_branch_protected boolean NOT NULL,
    known_hosts                text NOT NULL,              -- the host keys that count, as ssh keeps them
    ca_certificate             text NOT NULL,              -- PEM, beside those that the system trusts
    branch                     text NOT NULL,              -- the one that is worked on
    is_connected               boolean NOT NULL DEFAULT false, -- false until the project was merged for the first time
    base_commit                text,                       -- whose project files are in git_common_files
    remote_commit              text,                       -- the branch's newest one that was seen
    branches                   jsonb NOT NULL DEFAULT '[]',
    conflicts                  jsonb NOT NULL DEFAULT '[]', -- paths that both sides changed, of the last try
    error                      jsonb,                      -- of the last try: {code, message, details}
    checked_at                 double precision,           -- unix seconds, as all times here
    synced_at                  double precision,
    created_at                 double precision NOT NULL DEFAULT extract(epoch FROM now()),
    created_by                 text NOT NULL,
    revision                   bigint NOT NULL DEFAULT 0   -- counts changes; a task writes on top of what it read
);
"""

COMMON_FILES = """
CREATE TABLE git_common_files ( -- what repository and workbench had in common last: the base of every merge
    path    text COLLATE "C" PRIMARY KEY,
    content text NOT NULL
);
"""

IDENTITIES = """
ALTER TABLE users
    ADD COLUMN issuer  text, -- of the identity provider, with `subject` the account there; null: a password here
    ADD COLUMN subject text;
CREATE UNIQUE INDEX users_by_identity ON users (issuer, subject) WHERE subject IS NOT NULL;
"""
