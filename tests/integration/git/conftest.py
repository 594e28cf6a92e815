"""A workbench beside real git servers; the tests carry out its git tasks, as ECS would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from parlance.services import git_job, project
from tests.support.git_server import (
    HttpsServer,
    Origin,
    SshServer,
    https_server,
    keygen,
    let_git_tasks_begin,
    ssh_server,
)
from tests.support.installation import admin, annotator, installation, login, password_hash, signing_key, tester

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.api import Client
    from tests.support.database import Database

__all__ = ["admin", "annotator", "installation", "login", "password_hash", "signing_key", "tester"]

ALL = "/projects/default/git_repositories"
CONFIG = "language: en\npipeline:\n- name: WhitespaceTokenizer\npolicies:\n- name: RulePolicy\n"
DOMAIN = "# who answers\nintents:\n- greet\nresponses:\n  utter_greet:\n  - text: Hello!\n"
NLU = "nlu:\n- intent: greet\n  examples: |\n    - hello\n    - hi there\n    - good day\n    - hey\n"
CODE = "print('no part of the project')\n"
PROJECT = {"config.yml": CONFIG, "domain.yml": DOMAIN, "data/nlu.yml": NLU}


@dataclass(frozen=True)
class Bench:
    """The workbench's side: calls to the API, and the tasks that they begin."""

    client: Client
    id: str = ""

    def task(self, job: dict[str, Any]) -> dict[str, Any]:
        """Carry out a job's task and return the job as it is then."""
        git_job.carry_out_job(job["id"])
        return self.client.get(f"/jobs/{job['id']}").json

    def connect(self, **body: Any) -> tuple[Bench, dict[str, Any]]:
        """Connect and carry out the first sync."""
        reply = self.client.post(ALL, body)
        assert reply.status == 202, reply.text
        return Bench(self.client, str(reply.json["repository"]["id"])), self.task(reply.json)

    def do(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Ask for a git job of the connected repository and carry it out."""
        reply = self.client.send(method, f"{ALL}/{self.id}{path}", json=body)
        assert reply.status == 202, reply.text
        return self.task(reply.json)

    def status(self) -> dict[str, Any]:
        """What the API says without asking the repository."""
        return self.client.get(f"{ALL}/{self.id}/status").json

    def files(self) -> dict[str, str]:
        """The project as it is in the workbench."""
        return project.export().files

    def edit(self, path: str, old: str, new: str) -> None:
        """Change a file here, as people do."""
        files = self.files()
        assert old in files[path]
        project.import_files({**files, path: files[path].replace(old, new)}, "ann")


@pytest.fixture
def bench(installation: Database, admin: Client, monkeypatch: pytest.MonkeyPatch) -> Bench:
    let_git_tasks_begin(monkeypatch)
    return Bench(admin)


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    """A repository with a project, and a file that is none of the workbench's business."""
    made = Origin.create(tmp_path)
    made.push({**PROJECT, "actions/actions.py": CODE})
    return made


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    with ssh_server(tmp_path_factory.mktemp("sshd")) as server:
        yield server


@pytest.fixture
def key(sshd: SshServer, tmp_path: Path) -> str:
    """A private key that the server lets in."""
    sshd.allow(keygen(tmp_path / "id"))
    return (tmp_path / "id").read_text()


@pytest.fixture
def https(tmp_path: Path) -> Iterator[HttpsServer]:
    with https_server(tmp_path / "https", tmp_path) as server:
        yield server


@pytest.fixture
def connected(bench: Bench, origin: Origin, sshd: SshServer, key: str) -> Bench:
    """A workbench that has taken its project from the repository."""
    made, job = bench.connect(repository_url=sshd.url(origin), ssh_key=key, known_hosts=sshd.known_hosts)
    assert job["state"] == "succeeded", job
    return made
