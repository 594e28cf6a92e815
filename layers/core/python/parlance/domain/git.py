"""The repository that the project is kept in: what it is, what may be asked of it, and what stands in its way."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from parlance.domain.errors import Invalid

Side = Literal["local", "remote"]
BRANCH = re.compile(r"(?!-)[\w.+=@#%-]+(/[\w.+=@#%-]+)*")
SCP_LIKE = re.compile(r"(?P<user>\w[\w.-]*)@(?P<host>\w[\w.-]*):(?P<path>[^/\s-][^\s]*)")
HOST = re.compile(r"\w[\w.-]*")
PATH = re.compile(r"/[^\s]+")
SERVICES = {"github.com": "github", "gitlab.com": "gitlab", "bitbucket.org": "bitbucket"}
PUBLISHED_KEYS = {
    "github.com": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
    "gitlab.com": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf",
    "bitbucket.org": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIazEu89wgQZ4bqs3d63QSMzYVa0MuJ2e2gKTKqu+UUO",
}
"""The host keys that these services publish."""


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a repository is, taken apart."""

    kind: Literal["ssh", "https"]
    host: str
    port: int | None = None

    @property
    def known_as(self) -> str:
        """Return the host as ssh's file of known hosts writes it."""
        return self.host if self.port in {None, 22} else f"[{self.host}]:{self.port}"


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Why the last try did not succeed: a code for programs, a sentence for people, and what helps to mend it."""

    code: str
    message: str
    details: dict[str, Any] = {}


class Clash(msgspec.Struct, frozen=True, kw_only=True):
    """A file that both sides changed in one place; `text` has git's conflict marks."""

    path: str
    text: str


class Repository(msgspec.Struct, frozen=True, kw_only=True):
    """The connected repository as it is stored; times are unix seconds."""

    id: int
    name: str
    repository_url: str
    git_service: str
    username: str | None
    target_branch: str
    is_target_branch_protected: bool
    known_hosts: str
    ca_certificate: str
    branch: str
    is_connected: bool
    base_commit: str | None
    remote_commit: str | None
    branches: tuple[str, ...]
    conflicts: tuple[Clash, ...]
    error: Trouble | None
    checked_at: float | None
    synced_at: float | None
    revision: int

    @property
    def address(self) -> Address:
        """Return where it is."""
        return address_of(self.repository_url)


class Order(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a git task has to do."""

    action: Literal["sync", "commit", "checkout"]
    branch: str = ""
    """Where to commit to, or what to check out."""
    message: str = ""
    force: bool = False
    """A checkout gives up what was changed here."""
    look_only: bool = False
    """A sync says what is new and takes nothing over."""
    start_with: Literal["merge", "local", "remote"] = "merge"
    """The first sync: whose project it is where both have one."""
    resolve: dict[str, Side] = {}
    """By path: whose lines stay where both sides changed the same ones."""


class Keys(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What proves who we are; it lives in Secrets Manager and nowhere else."""

    ssh_key: str = ""
    """The key that was given."""
    generated_key: str = ""
    """Our own, whose public half is added to the git server."""
    generated_public: str = ""
    use_generated: bool = False
    password: str = ""
    """Or an access token, for HTTPS."""


def address_of(url: str) -> Address:
    """Take a repository's URL apart; raises Invalid for what is neither SSH nor HTTPS, or carries a password."""
    scp = SCP_LIKE.fullmatch(url)
    if scp:
        return Address(kind="ssh", host=scp["host"])
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _bad_url() from error
    if parts.scheme not in {"ssh", "https"} or not HOST.fullmatch(host) or not PATH.fullmatch(parts.path):
        raise _bad_url()
    if parts.password or parts.query or parts.fragment or (parts.username and parts.scheme == "https"):
        raise Invalid("repository_url: give name and password in their own fields.", code="InvalidRepositoryUrl")
    if parts.username and not HOST.fullmatch(parts.username):
        raise _bad_url()
    return Address(kind="ssh" if parts.scheme == "ssh" else "https", host=host, port=port)


def _bad_url() -> Invalid:
    return Invalid(
        "repository_url: use ssh://git@host/path, git@host:path or https://host/path.", code="InvalidRepositoryUrl"
    )


def check_branch(name: str) -> str:
    """Return a branch's name; raises Invalid for one that git would not take or could misunderstand."""
    parts = name.split("/")
    odd = any(part.startswith(".") or part.endswith((".lock", ".")) for part in parts) or ".." in name or "@{" in name
    if not BRANCH.fullmatch(name) or odd or len(name) > 200 or name == "HEAD":  # noqa: PLR2004
        raise Invalid("branch: git takes no such name.", code="InvalidBranch")
    return name


def published_key(address: Address) -> str:
    """Return the line of known hosts for a service that publishes its key; nothing for other hosts."""
    key = PUBLISHED_KEYS.get(address.host)
    return f"{address.known_as} {key}\n" if key and address.kind == "ssh" else ""


def changes(before: dict[str, str], after: dict[str, str]) -> list[dict[str, str]]:
    """Say which files were added, changed or removed."""
    words = dict.fromkeys(before.keys() - after.keys(), "removed")
    words |= dict.fromkeys(after.keys() - before.keys(), "added")
    words |= {path: "changed" for path in before.keys() & after.keys() if before[path] != after[path]}
    return [{"path": path, "change": words[path]} for path in sorted(words)]
