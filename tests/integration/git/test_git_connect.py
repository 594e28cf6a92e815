"""Connecting a repository: over SSH with a checked host key, over HTTPS, and what stands in the way of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parlance.adapters import aws, git_keys
from parlance.services import project
from parlance.settings import settings
from tests.integration.git.conftest import ALL, CODE, CONFIG, PROJECT, Bench
from tests.support.git_server import Origin, keygen, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.api import Client
    from tests.support.git_server import HttpsServer, SshServer


def test_an_empty_workbench_takes_the_repositorys_project_over(connected: Bench, origin: Origin, sshd: SshServer):
    (shown,) = connected.client.get(ALL).json
    status = connected.status()

    assert connected.files() == PROJECT
    assert (shown["repository_url"], shown["target_branch"]) == (sshd.url(origin), "main")
    assert "ssh_key" not in shown
    assert (status["is_connected"], status["are_there_local_changes"], status["error"]) == (True, False, None)
    assert status["base_commit"] == origin.git("rev-parse", "HEAD")


def test_a_key_of_our_own_is_made_once_and_lets_us_in(bench: Bench, origin: Origin, sshd: SshServer):
    address = {"repository_url": sshd.url(origin), "known_hosts": sshd.known_hosts, "use_generated_ssh_keys": True}
    assert bench.client.post(ALL, address).json["reason"] == "NoGeneratedKey"

    public = bench.client.get(f"{ALL}/public_ssh_key").json["public_ssh_key"]
    sshd.allow(public)
    _bench, job = bench.connect(**address)

    assert public.startswith("ssh-ed25519 ")
    assert bench.client.get(f"{ALL}/public_ssh_key").json["public_ssh_key"] == public
    assert job["state"] == "succeeded"


def test_an_unknown_host_shows_its_keys_and_waits_for_somebody_to_confirm_them(
    bench: Bench, origin: Origin, sshd: SshServer, key: str
):
    bench, job = bench.connect(repository_url=sshd.url(origin), ssh_key=key)

    assert (job["state"], job["error"]["code"]) == ("failed", "HostKeyUnknown")
    lines = [shown["line"] for shown in bench.status()["error"]["details"]["host_keys"]]
    assert sshd.known_hosts.strip() in lines
    confirmed = {"repository_url": sshd.url(origin), "known_hosts": "\n".join(lines)}
    assert bench.client.put(f"{ALL}/{bench.id}", confirmed).status == 200
    assert bench.do("POST", "/sync")["state"] == "succeeded"
    assert bench.files() == PROJECT


def test_a_host_with_another_key_than_the_known_one_gets_nothing(
    bench: Bench, origin: Origin, sshd: SshServer, key: str, tmp_path: Path
):
    other = " ".join(keygen(tmp_path / "impostor").split()[:2])

    bench, job = bench.connect(
        repository_url=sshd.url(origin), ssh_key=key, known_hosts=f"[127.0.0.1]:{sshd.port} {other}"
    )

    assert (job["state"], job["error"]["code"]) == ("failed", "HostKeyUnknown")
    assert bench.files() == {}


def test_a_refused_key_and_a_missing_repository_have_names_of_their_own(
    bench: Bench, origin: Origin, sshd: SshServer, key: str
):
    sshd.allow()
    bench, job = bench.connect(repository_url=sshd.url(origin), ssh_key=key, known_hosts=sshd.known_hosts)
    assert job["error"]["code"] == "CredentialsRefused"
    assert bench.status()["error"]["code"] == "CredentialsRefused"

    bench.client.delete(f"{ALL}/{bench.id}")
    nowhere = {"repository_url": "https://127.0.0.1:9/x.git", "password": "x"}
    assert bench.connect(**nowhere)[1]["error"]["code"] == "RemoteUnreachable"


def test_https_with_a_token_and_an_authority_of_ones_own(bench: Bench, origin: Origin, https: HttpsServer):
    address = {"repository_url": https.url(origin), "username": "grace"}
    token = {"git_service_access_token": "secret-token"}

    strange, job = bench.connect(**address, **token)
    assert job["error"]["code"] == "CertificateRefused"
    bench.client.delete(f"{ALL}/{strange.id}")
    wrong, job = bench.connect(**address, ca_certificate=https.authority, password="wrong")
    assert job["error"]["code"] == "CredentialsRefused"
    assert bench.client.put(f"{ALL}/{wrong.id}", {**address, **token, "ca_certificate": https.authority}).status == 200
    assert wrong.do("POST", "/sync")["state"] == "succeeded"

    wrong.edit("domain.yml", "Hello!", "Good day!")
    assert wrong.do("POST", "/branches/main/commits")["state"] == "succeeded"
    assert "Good day!" in origin.show("domain.yml")
    assert "secret-token" not in str(wrong.client.get(ALL).text + str(wrong.status()))


def test_two_projects_are_never_mixed_or_overwritten_unasked(bench: Bench, origin: Origin, sshd: SshServer, key: str):
    mine = {**PROJECT, "domain.yml": "intents:\n- bye\n", "data/mine.yml": "stories: []\n"}
    project.import_files(mine, "ann")

    bench, job = bench.connect(repository_url=sshd.url(origin), ssh_key=key, known_hosts=sshd.known_hosts)
    assert job["error"]["code"] == "MergeConflict"
    assert [clash["path"] for clash in bench.status()["conflicts"]] == ["domain.yml"]
    assert bench.files() == mine
    assert bench.client.post(f"{ALL}/{bench.id}/branches/main/commits").json["reason"] == "NotConnected"

    assert bench.do("POST", "/sync", {"start_with": "local"})["state"] == "succeeded"
    assert bench.files() == mine
    assert {change["path"]: change["change"] for change in bench.status()["local_changes"]} == {
        "data/mine.yml": "added",
        "domain.yml": "changed",
    }


def test_starting_with_the_repository_replaces_the_project(bench: Bench, origin: Origin, sshd: SshServer, key: str):
    project.import_files({**PROJECT, "domain.yml": "intents:\n- bye\n", "data/mine.yml": "stories: []\n"}, "ann")

    bench, job = bench.connect(
        repository_url=sshd.url(origin), ssh_key=key, known_hosts=sshd.known_hosts, start_with="remote"
    )

    assert job["state"] == "succeeded"
    assert bench.files() == PROJECT


def test_an_empty_repository_is_filled_by_the_first_commit(bench: Bench, sshd: SshServer, key: str, tmp_path: Path):
    (tmp_path / "new").mkdir()
    empty = Origin.create(tmp_path / "new")
    project.import_files(PROJECT, "ann")

    bench, job = bench.connect(repository_url=sshd.url(empty), ssh_key=key, known_hosts=sshd.known_hosts)
    assert job["state"] == "succeeded"
    assert bench.do("POST", "/branches/main/commits", {"message": "All of it"})["state"] == "succeeded"

    assert empty.show("config.yml") == CONFIG
    assert empty.log() == ["ada: All of it"]


def test_a_repository_without_rasas_layout_is_refused(bench: Bench, sshd: SshServer, key: str, tmp_path: Path):
    (tmp_path / "code").mkdir()
    code = Origin.create(tmp_path / "code")
    code.push({"main.py": CODE})

    _bench, job = bench.connect(repository_url=sshd.url(code), ssh_key=key, known_hosts=sshd.known_hosts)

    assert job["error"]["code"] == "InvalidLayout"


def test_the_branch_is_the_preferred_one_unless_somebody_says_another(
    bench: Bench, origin: Origin, sshd: SshServer, key: str
):
    origin.push(PROJECT, "develop")
    run("git", "--git-dir", str(origin.bare), "symbolic-ref", "HEAD", "refs/heads/develop")
    address = {"repository_url": sshd.url(origin), "known_hosts": sshd.known_hosts}

    first, job = bench.connect(**address, ssh_key=key)
    assert (job["state"], first.status()["current_branch"]) == ("succeeded", "develop")
    bench.client.delete(f"{ALL}/{first.id}")

    second, job = bench.connect(**address, ssh_key=key, target_branch="master")
    assert job["error"]["code"] == "BranchNotFound"
    changed = {"repository_url": address["repository_url"], "target_branch": "main"}
    assert second.client.put(f"{ALL}/{second.id}", changed).json["known_hosts"] == sshd.known_hosts
    assert second.do("POST", "/sync")["state"] == "succeeded"
    assert second.status()["current_branch"] == "main"


def test_what_cannot_be_a_repository_is_refused_at_once(bench: Bench, key: str):
    def reason(**body):
        return bench.client.post(ALL, body).json["reason"]

    for url in (
        "http://example.test/x.git", "file:///etc", "ext::sh -c id", "https://me:pass@example.test/x", "/tmp/x",
        "-oProxyCommand=id@host:x", "ssh://-oProxyCommand=id/x", "git@host:-x", "https://host", "git@host:a b",
    ):  # fmt: skip
        assert reason(repository_url=url, ssh_key=key) == "InvalidRepositoryUrl", url
    for branch in ("-x", "a..b", "a b", "x.lock", "HEAD", "a//b", "@{u}", "/a", ".a"):
        assert reason(repository_url="git@host.test:x", ssh_key=key, target_branch=branch) == "InvalidBranch", branch
    assert reason(repository_url="git@host.test:x", ssh_key="no key") == "InvalidSshKey"
    assert reason(repository_url="git@host.test:x") == "KeyNeeded"
    assert bench.client.get(ALL).json == []


def test_well_known_hosts_come_with_the_keys_that_they_publish(bench: Bench, key: str):
    reply = bench.client.post(ALL, {"repository_url": "git@github.com:o/assistant.git", "ssh_key": key})

    assert reply.status == 202
    repository = reply.json["repository"]
    assert (repository["name"], repository["git_service"]) == ("assistant", "github")
    assert repository["known_hosts"].startswith("github.com ssh-ed25519 ")
    assert bench.client.post(ALL, {"repository_url": "git@github.com:o/b", "ssh_key": key}).status == 409


def test_a_key_stays_with_its_host_and_goes_with_the_repository(connected: Bench, key: str):
    elsewhere = {"repository_url": "git@elsewhere.test:x.git"}
    assert connected.client.put(f"{ALL}/{connected.id}", elsewhere).json["reason"] == "KeyNeeded"
    assert git_keys.load().ssh_key == key

    assert connected.client.delete(f"{ALL}/{connected.id}").status == 204

    assert git_keys.load().ssh_key == ""
    assert connected.client.get(ALL).json == []
    assert connected.files() == PROJECT
    stored = aws.client("secretsmanager").get_secret_value(SecretId=settings().git_secret)["SecretString"]
    assert "PRIVATE" not in stored


def test_only_those_who_may_see_the_repository(bench: Bench, annotator: Client):
    assert annotator.get(ALL).status == 403
    assert bench.client.get(f"{ALL}/7").status == 404
    assert bench.client.get(f"{ALL}/nothing/status").status == 404
