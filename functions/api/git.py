"""The repository that the project is kept in: connected, watched, synchronised."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain import git_shapes as shapes
from parlance.domain.git import Order, Side
from parlance.domain.shapes import Job
from parlance.services import git as repositories
from parlance.services.git import Connection
from parlance.services.jobs import describe

git = Resource(__name__)

ALL = "/projects/default/git_repositories"
ONE = f"{ALL}/{{repository}}"
BRANCH = f"{ONE}/branches/{{branch}}"
MESSAGE = "Edits made in Parlance"
VERSION = repositories.TURN, lambda _call, repository: repositories.show(repository)


class NewConnection(Connection, frozen=True, kw_only=True):
    """The body that connects; where both sides have a project somebody must say what becomes of it."""

    start_with: Literal["merge", "local", "remote"] = "merge"


class Sync(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a sync: nothing, or how to settle what could not be merged."""

    look_only: bool = False
    start_with: Literal["merge", "local", "remote"] = "merge"
    resolve: dict[str, Side] = {}


class NewCommit(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a commit."""

    message: Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)] = MESSAGE
    resolve: dict[str, Side] = {}


class Checkout(msgspec.Struct, frozen=True):
    """Whether local edits are given up."""

    force: bool = False


@git.endpoint("GET", ALL, scope="repositories:list", accepts=API_TOKEN, answer=list[shapes.Repository])
def list_repositories(_call: Call) -> Answer:
    """List the connected repository, if there is one."""
    found = repositories.list_repositories()
    return page(found, len(found))


@git.endpoint(
    "POST",
    ALL,
    scope="repositories:create",
    body=NewConnection,
    audit="service",
    status=202,
    answer=shapes.ConnectJob,
)
def connect(call: Call, body: NewConnection) -> Answer:
    """Connect a repository and begin the first sync: answers its job."""
    made, job = repositories.connect(call.principal, body, Order(action="sync", start_with=body.start_with))
    return Answer({**describe(job), "repository": repositories.describe(made)}, 202)


@git.endpoint("GET", f"{ALL}/public_ssh_key", scope="repositories:get", accepts=API_TOKEN, answer=shapes.PublicKey)
def public_ssh_key(_call: Call) -> dict[str, str]:
    """Show the key that is to be added to the git server."""
    return {"public_ssh_key": repositories.public_ssh_key()}


@git.endpoint("GET", ONE, scope="repositories:get", accepts=API_TOKEN, answer=shapes.Repository, tagged=True)
def show(_call: Call, repository: str) -> dict[str, Any]:
    """Show the connected repository."""
    return repositories.show(repository)


@git.endpoint(
    "PUT",
    ONE,
    scope="repositories:update",
    body=Connection,
    audit="service",
    answer=shapes.Repository,
    tagged=True,
    version=VERSION,
)
def change(call: Call, repository: str, body: Connection) -> dict[str, Any]:
    """Change the repository's settings; keys and password that are left out stay."""
    return repositories.describe(repositories.change(call.principal, repository, body))


@git.endpoint("DELETE", ONE, scope="repositories:delete", audit="service", status=204, version=VERSION)
def disconnect(call: Call, repository: str) -> Answer:
    """Disconnect the repository; the project's files stay."""
    repositories.disconnect(call.principal, repository)
    return NO_CONTENT


@git.endpoint("GET", f"{ONE}/status", scope="repositories:get", accepts=API_TOKEN, answer=shapes.Status)
def status(_call: Call, repository: str) -> dict[str, Any]:
    """Say how workbench and repository differ, what clashed and what went wrong last."""
    return repositories.status(repository)


@git.endpoint(
    "POST", f"{ONE}/sync", scope="repositories:update", accepts=API_TOKEN, body=Sync | None, status=202, answer=Job
)
def sync(call: Call, repository: str, body: Sync | None) -> Answer:
    """Take over what is new in the repository, now: answers a job."""
    given = body or Sync()
    order = Order(action="sync", look_only=given.look_only, start_with=given.start_with, resolve=given.resolve)
    return Answer(describe(repositories.sync(call.principal, repository, order)), 202)


@git.endpoint(
    "DELETE",
    f"{ONE}/changes",
    scope="repositories:update",
    accepts=API_TOKEN,
    audit="service",
    answer=list[shapes.Edit],
)
def discard(call: Call, repository: str) -> list[dict[str, str]]:
    """Give up all local edits since the last sync, and say which."""
    return repositories.discard(call.principal, repository)


@git.endpoint("GET", f"{ONE}/branches", scope="repositories:get", accepts=API_TOKEN, answer=list[shapes.Branch])
def branches(_call: Call, repository: str) -> Answer:
    """List the branches as they were seen last."""
    found = repositories.branches(repository)
    return page(found, len(found))


@git.endpoint("PUT", BRANCH, scope="branches:update", accepts=API_TOKEN, query=Checkout, status=202, answer=Job)
def checkout(call: Call, repository: str, branch: str, query: Checkout) -> Answer:
    """Change to another branch: answers a job."""
    order = Order(action="checkout", branch=branch, force=query.force)
    return Answer(describe(repositories.checkout(call.principal, repository, order)), 202)


@git.endpoint(
    "POST",
    f"{BRANCH}/commits",
    scope="commits:create",
    accepts=API_TOKEN,
    body=NewCommit | None,
    status=202,
    answer=Job,
)
def commit(call: Call, repository: str, branch: str, body: NewCommit | None) -> Answer:
    """Commit all local edits and push them, to the branch that is worked on or a new one: answers a job."""
    given = body or NewCommit()
    order = Order(action="commit", branch=branch, message=given.message, resolve=given.resolve)
    return Answer(describe(repositories.commit(call.principal, repository, order)), 202)
