"""What the API answers about the repository that the project is kept in; times are unix seconds."""

from __future__ import annotations

from typing import Literal

import msgspec

from parlance.domain.git import Clash, Trouble
from parlance.domain.shapes import Job


class Repository(msgspec.Struct, frozen=True, kw_only=True):
    """The connected repository; keys and passwords are never shown."""

    id: int
    name: str
    repository_url: str
    git_service: str
    target_branch: str
    is_target_branch_protected: bool
    username: str | None
    known_hosts: str
    ca_certificate: str
    branch: str
    is_connected: bool


class ConnectJob(Job, frozen=True, kw_only=True):
    """The job of the first sync, and the repository."""

    repository: Repository


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """The key to add to the git server."""

    public_ssh_key: str


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to a file."""

    path: str
    change: Literal["added", "changed", "removed"]


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """A branch as it was seen last."""

    name: str
    is_current: bool
    is_protected: bool


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How workbench and repository stand to each other; `job` is the git job that is at work."""

    is_connected: bool
    current_branch: str
    target_branch: str
    is_committing_to_target_branch_allowed: bool
    are_there_local_changes: bool
    local_changes: tuple[Edit, ...]
    is_remote_branch_ahead: bool
    base_commit: str | None
    remote_commit: str | None
    conflicts: tuple[Clash, ...]
    error: Trouble | None
    checked_at: float | None
    time_of_last_pull: float | None
    job: str | None
