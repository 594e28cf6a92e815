"""The audit log, the link by which guests come in, and roles beside the four that are built in."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables."""
    for statement in (AUDIT, SHARE_LINK, OWN_ROLES):
        op.execute(statement)


AUDIT = """
CREATE TABLE audit_log ( -- lines are only ever added
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      double precision NOT NULL DEFAULT extract(epoch FROM clock_timestamp()),
    actor   text COLLATE "C" NOT NULL, -- no foreign key: the line outlives the account
    via     text NOT NULL,             -- by which proof: jwt, api_token, service, guest
    action  text COLLATE "C" NOT NULL, -- the permission that was used: users:create
    object  text COLLATE "C" NOT NULL, -- the path's names, or what the action made; '' where there is one of its kind
    details jsonb NOT NULL             -- names and roles; never a message's text, a password or a token
);
CREATE INDEX audit_log_by_actor ON audit_log (actor, id);
CREATE INDEX audit_log_by_object ON audit_log (object, id);
CREATE INDEX audit_log_by_time ON audit_log (at);
"""

SHARE_LINK = """
CREATE TABLE share_link (
    single      boolean PRIMARY KEY DEFAULT true CHECK (single), -- one an installation, as Rasa X's clients expect
    id          uuid NOT NULL DEFAULT gen_random_uuid(),       -- guests' tokens name it; another one after a revocation
    chat_token  text NOT NULL,                                 -- in clear: whoever may share the bot sees it again
    bot_name    text NOT NULL CHECK (length(bot_name) <= 255),
    description text NOT NULL CHECK (length(description) <= 255),
    expires_at  double precision NOT NULL
);
"""

OWN_ROLES = """
CREATE TABLE own_roles (
    role        text COLLATE "C" PRIMARY KEY CHECK (length(role) BETWEEN 1 AND 255),
    grants      jsonb NOT NULL,                -- category -> view or modify, as in parlance.domain.permissions
    description text NOT NULL,
    is_default  boolean NOT NULL DEFAULT false -- given to accounts that are made without a role
);
"""
