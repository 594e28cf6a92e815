"""The repository that the project is kept in, as people see it: connected, watched, and what they ask of it.

What is known is answered from the database; whatever needs the repository itself is a job, carried out by a task with a
real git (parlance.services.git_work), one at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import git_keys, git_store
from parlance.adapters.sql import take_turns, transaction
from parlance.domain.errors import Conflict, Forbidden, Invalid, Unprocessable
from parlance.domain.git import SERVICES, Order, address_of, changes, check_branch, published_key
from parlance.domain.training.etags import tagged
from parlance.services import audit, jobs, project

if TYPE_CHECKING:
    from parlance.domain.git import Keys, Repository
    from parlance.domain.identity import Principal
    from parlance.domain.jobs import Job

TURN = "git"


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of a repository: the contract's fields, the known hosts and how to begin."""

    repository_url: str
    name: str = ""
    ssh_key: str | None = None
    use_generated_ssh_keys: bool = False
    target_branch: str = ""
    """Empty: the one that the repository prefers, which the first sync finds out."""
    is_target_branch_protected: bool = False
    username: str | None = None
    password: str | None = None
    git_service: str | None = None
    git_service_access_token: str | None = None
    known_hosts: str = ""
    ca_certificate: str = ""


def list_repositories() -> list[dict[str, Any]]:
    """Return the connected repository, if there is one."""
    found = git_store.find()
    return [describe(found)] if found else []


def show(repository_id: str) -> dict[str, Any]:
    """Return a repository; raises NotFound."""
    return describe(git_store.get(repository_id))


def connect(principal: Principal, given: Connection, order: Order) -> tuple[Repository, Job]:
    """Store a repository and begin the first sync; raises Invalid, Conflict when one is connected already."""
    facts = _facts(given)
    with transaction():
        take_turns(TURN)
        repository = git_store.insert(facts | {"branch": given.target_branch}, principal.username)
        git_keys.store(_keys(git_keys.load(), given))
        audit.record(principal, "repositories:create", str(repository.id), url=given.repository_url)
    return repository, _begin(repository, order, principal)


def change(principal: Principal, repository_id: str, given: Connection) -> Repository:
    """Change a repository's settings; what is left out of the proofs stays. Raises NotFound, Invalid, Conflict."""
    with transaction():
        take_turns(TURN)
        repository = git_store.get(repository_id)
        if address_of(given.repository_url).host != repository.address.host and not _proofs(given):
            raise Invalid("Give the key or password anew: the old one belongs to another host.", code="KeyNeeded")
        changed = git_store.change(repository, **_changed(repository, _facts(given)), error=None)
        git_keys.store(_keys(git_keys.load(), given))
        audit.record(principal, "repositories:update", repository_id, url=given.repository_url)
    return changed


def _changed(repository: Repository, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts to store: what is left out stays; before the first sync the branch may still be another."""
    same_host = address_of(facts["repository_url"]).known_as == repository.address.known_as
    kept = ("target_branch", "known_hosts", "ca_certificate") if same_host else ("target_branch",)
    facts |= {name: facts[name] or getattr(repository, name) for name in kept}
    return facts if repository.is_connected else facts | {"branch": facts["target_branch"]}


def disconnect(principal: Principal, repository_id: str) -> None:
    """Forget the repository and the key that was given for it; the project's files stay as they are."""
    with transaction():
        take_turns(TURN)
        repository = git_store.get(repository_id)
        git_store.remove(repository)
        own = git_keys.load()
        git_keys.store(msgspec.structs.replace(own, ssh_key="", password="", use_generated=False))
        audit.record(principal, "repositories:delete", repository_id)


def status(repository_id: str) -> dict[str, Any]:
    """Say how workbench and repository stand to each other, as far as was seen last; raises NotFound."""
    repository = git_store.get(repository_id)
    edits = changes(git_store.common_files(), project.export().files) if repository.is_connected else []
    busy = jobs.open_job("git")
    return {
        "is_connected": repository.is_connected,
        "current_branch": repository.branch,
        "target_branch": repository.target_branch,
        "is_committing_to_target_branch_allowed": not repository.is_target_branch_protected,
        "are_there_local_changes": bool(edits),
        "local_changes": edits,
        "is_remote_branch_ahead": repository.remote_commit != repository.base_commit,
        "base_commit": repository.base_commit,
        "remote_commit": repository.remote_commit,
        "conflicts": repository.conflicts,
        "error": repository.error,
        "checked_at": repository.checked_at,
        "time_of_last_pull": repository.synced_at,
        "job": busy.id if busy else None,
    }


def branches(repository_id: str) -> list[dict[str, Any]]:
    """Return the branches as they were seen last; raises NotFound."""
    repository = git_store.get(repository_id)
    names = sorted({*repository.branches, repository.branch} - {""})
    return [
        {
            "name": name,
            "is_current": name == repository.branch,
            "is_protected": repository.is_target_branch_protected and name == repository.target_branch,
        }
        for name in names
    ]


def sync(principal: Principal, repository_id: str, order: Order) -> Job:
    """Begin to take over what is new in the repository; raises NotFound, Conflict while another task is at work."""
    return _begin(git_store.get(repository_id), order, principal)


def commit(principal: Principal, repository_id: str, order: Order) -> Job:
    """Begin a commit of all local edits to a branch; raises Forbidden for the protected one, NotFound, Conflict."""
    repository = _connected(repository_id)
    if repository.is_target_branch_protected and check_branch(order.branch) == repository.target_branch:
        raise Forbidden("The target branch is protected: commit to another one.", code="BranchIsProtected")
    return _begin(repository, order, principal)


def checkout(principal: Principal, repository_id: str, order: Order) -> Job:
    """Begin a change of the branch; raises Conflict while there are local edits, unless they are given up."""
    repository = _connected(repository_id)
    check_branch(order.branch)
    if not order.force and changes(git_store.common_files(), project.export().files):
        raise Conflict("There are local changes: commit or discard them first.", code="LocalChanges")
    return _begin(repository, order, principal)


def discard(principal: Principal, repository_id: str) -> list[dict[str, str]]:
    """Make the files those again that were synchronised last; returns what was given up. Raises NotFound, Conflict."""
    with transaction():
        take_turns(TURN)
        repository = _connected(repository_id)
        _require_idle()
        before, common = project.export(), git_store.common_files()
        given_up = changes(common, before.files)
        if given_up:
            project.import_files(common, principal.username, if_match=project.tag_of(before))
        git_store.change(repository, conflicts=(), error=None)
        audit.record(principal, "repositories:update", repository_id, discarded=len(given_up))
    return given_up


def public_ssh_key() -> str:
    """Return the public half of our own key, which is made when it is asked for first."""
    with transaction():
        take_turns(TURN)
        keys = git_keys.load()
        if not keys.generated_public:
            keys = git_keys.generated(keys)
            git_keys.store(keys)
    return keys.generated_public


def describe(repository: Repository) -> dict[str, Any]:
    """Return the contract's object, and what may be shown beside it."""
    names = (
        "id", "name", "repository_url", "git_service", "target_branch", "is_target_branch_protected", "username",
        "known_hosts", "ca_certificate", "branch", "is_connected",
    )  # fmt: skip
    return tagged({name: getattr(repository, name) for name in names}, "branch", "is_connected")


def _connected(repository_id: str) -> Repository:
    repository = git_store.get(repository_id)
    if not repository.is_connected:
        raise Conflict("The first sync has not succeeded yet: see the status.", code="NotConnected")
    return repository


def _begin(repository: Repository, order: Order, principal: Principal) -> Job:
    if order.start_with != "merge" and repository.is_connected:
        raise Invalid("start_with is for the first sync.", code="AlreadyConnected")
    with transaction():
        take_turns(TURN)
        _require_idle()
        return jobs.start_git(order, principal.username)


def _require_idle() -> None:
    if jobs.open_job("git"):
        raise Conflict("Another git task is at work: wait for it.", code="GitIsBusy", retry_after=5)


def _facts(given: Connection) -> dict[str, Any]:
    address = address_of(given.repository_url)
    if given.target_branch:
        check_branch(given.target_branch)
    return {
        "name": given.name or given.repository_url.rstrip("/").rpartition("/")[2].removesuffix(".git"),
        "repository_url": given.repository_url,
        "git_service": given.git_service or SERVICES.get(address.host, "other"),
        "username": (given.username or "git") if address.kind == "https" else None,
        "target_branch": given.target_branch,
        "is_target_branch_protected": given.is_target_branch_protected,
        "known_hosts": given.known_hosts or published_key(address),
        "ca_certificate": given.ca_certificate,
    }


def _proofs(given: Connection) -> bool:
    return bool(given.ssh_key or given.use_generated_ssh_keys or given.password or given.git_service_access_token)


def _keys(known: Keys, given: Connection) -> Keys:
    """Return the keys with what is given; raises Invalid, Unprocessable for a key that ssh could not use."""
    if not _proofs(given):
        if address_of(given.repository_url).kind == "ssh" and not (known.ssh_key or known.use_generated):
            raise Invalid("Give ssh_key, or use_generated_ssh_keys.", code="KeyNeeded")
        return known
    if given.ssh_key and not git_keys.is_private_key(given.ssh_key):
        raise Unprocessable("ssh_key is no private key, or has a passphrase.", code="InvalidSshKey")
    if given.use_generated_ssh_keys and not known.generated_key:
        raise Conflict("Ask for the public key first, and add it to the git server.", code="NoGeneratedKey")
    return msgspec.structs.replace(
        known,
        ssh_key=given.ssh_key or "",
        use_generated=given.use_generated_ssh_keys,
        password=given.password or given.git_service_access_token or "",
    )
