"""Everything the environment may say, read in one place."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One function's configuration. A name is the environment variable's name in lower case.

    Secrets are never values here: `*_secret` fields name an entry of Secrets Manager.
    """

    database_secret: str
    """Secret with host, port, username, password, dbname of the workbench's database."""
    tracker_database_secret: str = ""
    """The same for Rasa's tracker store."""
    service_token_secret: str = ""
    """Plain secret: the token by which Rasa servers pull models (`RASA_X_TOKEN`)."""
    rasa_token_secret: str = ""
    """Plain secret: the token that Rasa's own HTTP API asks for."""
    signing_key_secret: str = ""
    """JSON secret with the RS256 keys; filled by the `migrate` function."""
    first_user_secret: str = ""
    """JSON secret `{username, password}` of the first administrator."""
    public_url: str = "http://localhost:5002"
    """Where users and Rasa reach the front door, without a trailing slash."""
    rasa_url: str = "http://127.0.0.1:5005"
    """Rasa production, without a trailing slash."""
    rasa_environments: str = ""
    """Further environments with their addresses, `canary=http://...,staging=http://...`."""
    events_topic: str = ""
    """ARN of the topic that Rasa publishes turns to."""
    events_queue: str = ""
    """URL of the queue behind it."""
    dead_letter_queue: str = ""
    """URL of the queue of refused messages."""
    jobs_queue: str = ""
    """URL of the queue of job messages and task state changes."""
    lock_table: str = ""
    """DynamoDB table of the conversation locks."""
    lock_redis_secret: str = ""
    """Plain secret: the `redis://` or `rediss://` address where Rasa keeps its locks instead; empty: not on Redis."""
    models_bucket: str = ""
    """S3 bucket of trained models (versioned)."""
    data_bucket: str = ""
    """S3 bucket of project snapshots, claim checks and exports."""
    live_table: str = ""
    """DynamoDB table of the open WebSocket connections."""
    live_url: str = ""
    """Address at which API Gateway takes what is pushed to them."""
    live_function: str = ""
    """Name of the function that pushes; empty: nobody is told of changes."""
    cluster: str = ""
    """ECS cluster of the Rasa tasks."""
    training_task: str = ""
    """Task definition (family) of the Rasa worker."""
    examine_role: str = ""
    """Role of its tasks that test a model or ask one, instead of the task definition's; empty: that one."""
    git_task: str = ""
    """Task definition (family) of the task that speaks to the git repository."""
    git_secret: str = ""
    """JSON secret with the keys to the git repository; written by the API."""
    sso_secret: str = ""
    """JSON secret with the identity provider for single sign-on (docs/operations.md); `{}` for none."""
    task_subnets: str = ""
    """Comma-separated subnets for Fargate tasks; empty at home."""
    allowed_origins: str = ""
    """Comma-separated origins of other web sites that may call the API from a browser."""
    task_security_groups: str = ""
    """Comma-separated security groups for Fargate tasks; empty at home."""
    worker_logs: str = ""
    """CloudWatch log group of the Rasa worker; without it a job's log is what its task sent last."""
    max_running_jobs: int = 1
    """So many jobs have a task at the same time; the others queue."""
    job_time_limit: int = 4 * 3600
    """Seconds after which a running job is stopped."""
    audit_days: int = 0
    """Days that a line of the audit log is kept; 0 keeps all."""
    allowed_components: str = ""
    """Comma-separated Python packages, beside `rasa`, whose classes a project's configuration may name."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read known names from `env`; raises ValueError that lists all required names that are missing."""
        given = {f.name: env[f.name.upper()] for f in msgspec.structs.fields(cls) if f.name.upper() in env}
        missing = [f.name.upper() for f in msgspec.structs.fields(cls) if f.required and f.name not in given]
        if missing:
            raise ValueError("missing environment variables: " + ", ".join(missing))
        return msgspec.convert(given, cls, strict=False)


@cache
def settings() -> Settings:
    """Return this process's settings, read once."""
    return Settings.from_env(os.environ)
