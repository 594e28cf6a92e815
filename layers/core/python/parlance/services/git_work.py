"""What a git task does: the workbench's files and the repository's, merged by git, written here and pushed there.

Nothing is overwritten in silence: files are stored only on top of those that were merged, a branch moves only forward,
and where both sides changed the same lines the task ends with the clash. Whatever ends a task early, the next one
begins from what both sides are known to have in common.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import git_keys, git_merge, git_store, git_trees, ssh
from parlance.adapters.git import opened
from parlance.adapters.sql import transaction
from parlance.domain.errors import AppError, Conflict, NotFound, PreconditionFailed, Unprocessable
from parlance.domain.git import Clash, Trouble, changes
from parlance.domain.project import CONFIG, Files, is_domain, is_yaml
from parlance.domain.project_yaml import inspect
from parlance.services import project

if TYPE_CHECKING:
    from parlance.adapters.git import Git
    from parlance.domain.git import Order, Repository
    from parlance.domain.project import Project

ROUNDS = 4
"""So often somebody else may be faster, here or there."""


class Clashed(Conflict):
    """Both sides changed the same lines."""

    code = "MergeConflict"

    def __init__(self, clashes: tuple[Clash, ...]) -> None:
        """Name the files."""
        paths = [clash.path for clash in clashes]
        super().__init__(f"Both sides changed {', '.join(paths[:5])}.", details={"paths": paths})
        self.clashes = clashes


def carry_out(order: Order, who: str) -> dict[str, Any]:
    """Do what is asked and say what came of it; a failure is also kept with the repository. Raises AppError."""
    repository = git_store.find()
    if repository is None:
        raise NotFound("The repository was disconnected meanwhile.", code="RepositoryNotFound")
    try:
        _require_known_host(repository)
        with opened(repository, git_keys.load()) as git:
            return _until_nobody_was_faster(git, order, who)
    except AppError as error:
        note(error)
        raise


def _until_nobody_was_faster(git: Git, order: Order, who: str) -> dict[str, Any]:
    for left in reversed(range(ROUNDS)):
        try:
            return ACTIONS[order.action](git, order, who)
        except (PreconditionFailed, Conflict) as error:
            again = isinstance(error, PreconditionFailed) or error.code in {"RemoteChanged", "RepositoryChanged"}
            if not (again and left):
                raise
    raise AssertionError("the last round returns or raises")


def _require_known_host(repository: Repository) -> None:
    """Show the host's keys to whoever connects, and go no further before one of them was confirmed."""
    address = repository.address
    if address.kind == "ssh" and not repository.known_hosts.strip():
        raise Unprocessable(
            f"The key of {address.host} is not known: compare it with what its operator publishes, and confirm it.",
            code="HostKeyUnknown",
            details={"host_keys": ssh.shown_keys(address)},
        )


def sync(git: Git, order: Order, who: str) -> dict[str, Any]:
    """Take over what is new in the repository; local edits stay as they are."""
    heads = git_trees.heads(git)
    repository = _on_a_branch(_current(), heads)
    head = _head(git, heads, repository)
    seen = {"branches": sorted(heads.commits), "remote_commit": head, "checked_at": time.time()}
    if order.look_only and repository.is_connected:
        git_store.change(repository, **seen, error=None)
        return {"commit": head, "is_behind": head != repository.base_commit, "changes": []}
    local = project.export()
    merged, theirs = _merged(git, order, local.files, head)
    _require_good(merged.files, local.files)
    with transaction():
        _store(local, merged.files, who)
        git_store.set_common(theirs)
        git_store.change(repository, **seen, **_settled(head), is_connected=True)
    return {"commit": head, "changes": changes(local.files, merged.files)}


def commit(git: Git, order: Order, who: str) -> dict[str, Any]:
    """Put all local edits on top of the branch as one commit, and push it, to the same branch or a new one."""
    repository = _current()
    heads = git_trees.heads(git)
    is_new = order.branch not in heads.commits
    if order.branch != repository.branch and not is_new:
        raise Conflict("The branch exists already: change to it first.", code="BranchExists")
    head = _head(git, heads, repository)
    local = project.export()
    merged, theirs = _merged(git, order, local.files, head)
    _require_good(merged.files, local.files)
    with transaction():  # what is new there is taken over first, so that a push that fails loses nothing
        _store(local, merged.files, who)
        git_store.set_common(theirs)
        repository = git_store.change(
            repository, **_settled(head), remote_commit=head, branches=sorted(heads.commits), checked_at=time.time()
        )
    made = _made(git, order, who, merged, head) if merged.files != theirs else head
    if made and (is_new or made != head):
        git_trees.push(git, made, order.branch, is_new=is_new)
    with transaction():
        git_store.set_common(merged.files)
        branches = sorted({*repository.branches, order.branch})
        facts = {"branch": order.branch, "remote_commit": made, "branches": branches}
        git_store.change(repository, **_settled(made), **facts)
    return {"commit": made, "branch": order.branch, "changes": changes(theirs, merged.files)}


def checkout(git: Git, order: Order, who: str) -> dict[str, Any]:
    """Make another branch's files the project; raises Conflict for local edits that are not given up."""
    repository = _current()
    heads = git_trees.heads(git)
    head = _head(git, heads, repository, order.branch)
    local = project.export()
    if not order.force and changes(git_store.common_files(), local.files):
        raise Conflict("There are local changes: commit or discard them first.", code="LocalChanges")
    theirs = _files_at(git, head)
    _require_good(theirs, {})
    with transaction():
        _store(local, theirs, who)
        git_store.set_common(theirs)
        facts = {"branch": order.branch, "remote_commit": head, "branches": sorted(heads.commits), "is_connected": True}
        git_store.change(repository, **_settled(head), **facts, checked_at=time.time())
    return {"commit": head, "branch": order.branch, "changes": changes(local.files, theirs)}


ACTIONS = {"sync": sync, "commit": commit, "checkout": checkout}


def note(error: AppError) -> None:
    """Keep a failure with the repository, where everybody sees it, until a try succeeds."""
    details = error.details if isinstance(error.details, dict) else {}
    trouble = Trouble(code=error.code, message=error.message, details=details)
    clashes = error.clashes if isinstance(error, Clashed) else ()
    repository = git_store.find()
    if repository:
        git_store.change(repository, error=trouble, conflicts=clashes, checked_at=time.time())


def _current() -> Repository:
    repository = git_store.find()
    if repository is None:
        raise NotFound("The repository was disconnected meanwhile.", code="RepositoryNotFound")
    return repository


def _on_a_branch(repository: Repository, heads: git_trees.Heads) -> Repository:
    """Settle for the branch that the repository prefers, when nobody said another one."""
    if repository.branch:
        return repository
    name = heads.default or "main"
    return git_store.change(repository, branch=name, target_branch=name)


def _head(git: Git, heads: git_trees.Heads, repository: Repository, branch: str = "") -> str | None:
    """Fetch the branch's newest commit; None for a repository without any, which is fine to begin with."""
    wanted = branch or repository.branch
    if not heads.commits and repository.base_commit is None:
        return None
    if wanted not in heads.commits:
        there = ", ".join(sorted(heads.commits)[:10])
        raise Unprocessable(f"The repository has no branch {wanted}; it has {there}.", code="BranchNotFound")
    return git_trees.fetch(git, wanted)


def _files_at(git: Git, head: str | None) -> Files:
    files = git_trees.read_files(git, head) if head else {}
    if head and not (CONFIG in files and any(map(is_domain, files))):
        raise Unprocessable(
            "The repository has no config.yml or no domain: Rasa's default layout is needed.", code="InvalidLayout"
        )
    return files


def _merged(git: Git, order: Order, local: Files, head: str | None) -> tuple[git_merge.Merged, Files]:
    """Return the merge and the repository's own files; raises Clashed."""
    theirs, base = _files_at(git, head), git_store.common_files()
    if not _current().is_connected:
        base, local = _beginning(order, local, theirs)
    if head is None:
        return git_merge.Merged(local, (), git_trees.with_files(git, None, {}, local)), {}
    base, local = git_merge.settled(git, base, local, theirs, order.resolve)
    merged = git_merge.merge(git, base, local, head)
    if merged.clashes:
        raise Clashed(merged.clashes)
    return merged, theirs


def _beginning(order: Order, local: Files, theirs: Files) -> tuple[Files, Files]:
    """Say what counts as common before the first merge, and which local files go into it."""
    if order.start_with == "local":
        return theirs, local
    if order.start_with == "remote":
        return {}, {}
    return {}, local


def _require_good(files: Files, local: Files) -> None:
    """Raise for a file that came from the repository and is broken; nothing is taken over then."""
    taken = [(path, text) for path, text in files.items() if is_yaml(path) and local.get(path) != text]
    found = [problem for path, text in taken for problem in inspect(path, text, allowed=project.allowed_packages())]
    errors = [problem for problem in found if problem.severity == "error"]
    if errors:
        first, details = errors[0], {"problems": msgspec.to_builtins(errors)}
        raise Unprocessable(f"{first.path}, line {first.line}: {first.message}", code="InvalidProject", details=details)


def _store(local: Project, files: Files, who: str) -> None:
    if files != local.files:
        project.import_files(files, who, if_match=project.tag_of(local))


def _settled(head: str | None) -> dict[str, Any]:
    return {"base_commit": head, "synced_at": time.time(), "error": None, "conflicts": ()}


def _made(git: Git, order: Order, who: str, merged: git_merge.Merged, head: str | None) -> str:
    return git_trees.commit_of(git, merged.tree, [head] if head else [], order.message, who)
