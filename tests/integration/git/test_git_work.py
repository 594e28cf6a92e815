"""Syncs, commits, branches: both sides' changes are kept, or shown as a clash."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from parlance.adapters import aws, git_store, git_trees
from parlance.services import project
from tests.integration.git.conftest import ALL, CODE, DOMAIN, NLU, PROJECT, Bench
from tests.support.api import Client

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.database import Database
    from tests.support.git_server import Origin

ROOT = Path(__file__).resolve().parents[3]
MAIN = "/branches/main/commits"


def test_edits_of_both_sides_in_one_file_are_merged(connected: Bench, origin: Origin):
    origin.push({"data/nlu.yml": NLU.replace("- hello", "- hello you"), "data/rules.yml": "rules: []\n"})
    connected.edit("data/nlu.yml", "- hey\n", "- hey\n    - howdy\n")

    job = connected.do("POST", "/sync")

    merged = NLU.replace("- hello", "- hello you").replace("- hey\n", "- hey\n    - howdy\n")
    assert job["state"] == "succeeded"
    assert connected.files() == {**PROJECT, "data/nlu.yml": merged, "data/rules.yml": "rules: []\n"}
    assert connected.status()["local_changes"] == [{"path": "data/nlu.yml", "change": "changed"}]


def test_a_commit_brings_both_sides_together_and_leaves_other_files_alone(connected: Bench, origin: Origin):
    origin.push({"domain.yml": DOMAIN.replace("# who answers", "# who answers what")})
    connected.edit("data/nlu.yml", "- hey\n", "- howdy\n")

    job = connected.do("POST", MAIN, {"message": "Howdy"})

    assert job["state"] == "succeeded"
    assert origin.show("data/nlu.yml") == connected.files()["data/nlu.yml"]
    assert origin.show("domain.yml") == connected.files()["domain.yml"] == DOMAIN.replace("answers", "answers what")
    assert origin.show("actions/actions.py") == CODE
    assert origin.log()[0] == "ada: Howdy"
    status = connected.status()
    assert (status["are_there_local_changes"], status["is_remote_branch_ahead"]) == (False, False)
    assert connected.do("POST", MAIN)["state"] == "succeeded"  # nothing to commit: no second commit
    assert len(origin.log()) == 3


def test_a_clash_is_shown_and_settled_by_somebody(connected: Bench, origin: Origin):
    origin.push({"domain.yml": DOMAIN.replace("Hello!", "Hello from afar!").replace("# who", "# Who")})
    connected.edit("domain.yml", "Hello!", "Hello from here!")

    job = connected.do("POST", "/sync")
    assert (job["state"], job["error"]["code"]) == ("failed", "MergeConflict")
    (clash,) = connected.status()["conflicts"]
    assert clash["path"] == "domain.yml"
    assert "<<<<<<<" in clash["text"]
    assert "Hello from afar!" in clash["text"]
    assert "Hello from here!" in connected.files()["domain.yml"]
    assert connected.do("POST", MAIN)["error"]["code"] == "MergeConflict"
    assert "Hello from afar!" in origin.show("domain.yml")

    assert connected.do("POST", "/sync", {"resolve": {"domain.yml": "local"}})["state"] == "succeeded"

    assert "Hello from here!" in connected.files()["domain.yml"]
    assert "# Who" in connected.files()["domain.yml"]  # what did not clash is merged all the same
    assert connected.status()["conflicts"] == []
    assert connected.do("POST", MAIN)["state"] == "succeeded"
    assert "Hello from here!" in origin.show("domain.yml")


def test_a_clash_can_be_settled_for_the_repository_and_for_all_files(connected: Bench, origin: Origin):
    origin.push({"domain.yml": DOMAIN.replace("Hello!", "Hello from afar!"), "data/nlu.yml": None})
    connected.edit("domain.yml", "Hello!", "Hello from here!")
    connected.edit("data/nlu.yml", "- hey", "- ahoy")

    assert connected.do("POST", "/sync")["error"]["code"] == "MergeConflict"
    assert connected.do("POST", "/sync", {"resolve": {"*": "remote"}})["state"] == "succeeded"

    assert "Hello from afar!" in connected.files()["domain.yml"]
    assert "data/nlu.yml" not in connected.files()


def test_a_bad_file_is_an_error_with_its_line_and_the_next_sync_goes_on(connected: Bench, origin: Origin):
    origin.push({"data/nlu.yml": "nlu:\n- intent: greet\n  examples: [\n", "data/rules.yml": "rules: []\n"})

    job = connected.do("POST", "/sync")

    assert (job["state"], job["error"]["code"]) == ("failed", "InvalidProject")
    assert job["error"]["message"].startswith("data/nlu.yml, line ")
    (problem,) = connected.status()["error"]["details"]["problems"]
    assert (problem["path"], problem["line"]) == ("data/nlu.yml", 4)
    assert connected.files() == PROJECT
    assert connected.do("POST", MAIN)["error"]["code"] == "InvalidProject"
    assert connected.files() == PROJECT
    for broken, line in ((b"nlu: []\n# \xff\n", 2), (b"x: !!python/object:os.system {}\n", 1)):
        origin.push({"data/nlu.yml": broken})
        assert f"data/nlu.yml, line {line}" in connected.do("POST", "/sync")["error"]["message"]
    origin.push({"data/nlu.yml": NLU})
    assert connected.do("POST", "/sync")["state"] == "succeeded"
    assert connected.status()["error"] is None


def test_looking_only_takes_nothing_over(connected: Bench, origin: Origin):
    newest = origin.push({"data/rules.yml": "rules: []\n"})

    assert connected.do("POST", "/sync", {"look_only": True})["state"] == "succeeded"

    status = connected.status()
    assert (status["is_remote_branch_ahead"], status["remote_commit"]) == (True, newest)
    assert connected.files() == PROJECT


def test_branches_are_listed_made_and_changed(connected: Bench, origin: Origin):
    origin.push({"domain.yml": DOMAIN.replace("Hello!", "Welcome!")}, "feature/welcome")
    connected.edit("domain.yml", "Hello!", "Hi!")

    refused = connected.client.put(f"{ALL}/{connected.id}/branches/feature%2Fwelcome")
    assert (refused.status, refused.json["reason"]) == (409, "LocalChanges")
    assert connected.do("POST", "/branches/hi/commits")["state"] == "succeeded"
    assert "Hi!" in origin.show("domain.yml", "hi")
    assert "Hello!" in origin.show("domain.yml")
    assert connected.status()["current_branch"] == "hi"
    connected.edit("domain.yml", "Hi!", "Hey!")
    assert connected.do("POST", "/branches/main/commits")["error"]["code"] == "BranchExists"
    assert connected.do("PUT", "/branches/feature%2Fwelcome?force=true")["state"] == "succeeded"
    assert "Welcome!" in connected.files()["domain.yml"]
    names = {
        branch["name"]: branch["is_current"] for branch in connected.client.get(f"{ALL}/{connected.id}/branches").json
    }
    assert names == {"feature/welcome": True, "hi": False, "main": False}
    assert connected.do("PUT", "/branches/nowhere")["error"]["code"] == "BranchNotFound"


def test_a_protected_branch_takes_no_commits_from_here(connected: Bench, origin: Origin):
    shown = connected.client.get(f"{ALL}/{connected.id}").json
    kept = {name: shown[name] for name in ("repository_url", "known_hosts")}
    connected.client.put(f"{ALL}/{connected.id}", {**kept, "is_target_branch_protected": True})
    connected.edit("domain.yml", "Hello!", "Hi!")

    refused = connected.client.post(f"{ALL}/{connected.id}{MAIN}")

    assert (refused.status, refused.json["reason"]) == (403, "BranchIsProtected")
    assert connected.do("POST", "/branches/mine/commits")["state"] == "succeeded"


def test_local_edits_are_given_up_when_somebody_says_so(connected: Bench):
    connected.edit("domain.yml", "Hello!", "Hi!")

    reply = connected.client.delete(f"{ALL}/{connected.id}/changes")

    assert (reply.status, reply.json) == (200, [{"path": "domain.yml", "change": "changed"}])
    assert connected.files() == PROJECT


def test_one_git_task_at_a_time(connected: Bench):
    first = connected.client.post(f"{ALL}/{connected.id}/sync")
    second = connected.client.post(f"{ALL}/{connected.id}{MAIN}")

    assert (first.status, second.status, second.json["reason"]) == (202, 409, "GitIsBusy")
    assert connected.status()["job"] == first.json["id"]
    assert connected.client.delete(f"{ALL}/{connected.id}/changes").json["reason"] == "GitIsBusy"
    connected.task(first.json)
    assert connected.do("POST", "/sync")["state"] == "succeeded"


def test_an_edit_that_is_made_while_a_sync_runs_is_not_lost(
    connected: Bench, origin: Origin, monkeypatch: pytest.MonkeyPatch
):
    origin.push({"data/rules.yml": "rules: []\n"})
    export, rivals = project.export, [lambda: connected.edit("domain.yml", "Hello!", "Hi!")]

    def read_then_be_beaten():
        read = export()
        while rivals:
            rivals.pop()()
        return read

    monkeypatch.setattr(project, "export", read_then_be_beaten)
    job = connected.do("POST", "/sync")

    assert job["state"] == "succeeded"
    assert connected.files()["data/rules.yml"] == "rules: []\n"
    assert "Hi!" in connected.files()["domain.yml"]


def test_a_push_that_comes_second_merges_and_tries_again(
    connected: Bench, origin: Origin, monkeypatch: pytest.MonkeyPatch
):
    connected.edit("domain.yml", "Hello!", "Hi!")
    push, rivals = git_trees.push, [lambda: origin.push({"data/rules.yml": "rules: []\n"})]

    def beaten(*given: object, **more: object) -> None:
        while rivals:
            rivals.pop()()
        push(*given, **more)

    monkeypatch.setattr(git_trees, "push", beaten)
    job = connected.do("POST", MAIN)

    assert job["state"] == "succeeded"
    assert "Hi!" in origin.show("domain.yml")
    assert connected.files()["data/rules.yml"] == origin.show("data/rules.yml") == "rules: []\n"


def test_a_task_that_dies_after_its_push_is_made_good_by_the_next(
    connected: Bench, origin: Origin, monkeypatch: pytest.MonkeyPatch
):
    connected.edit("domain.yml", "Hello!", "Hi!")
    push = git_trees.push

    def push_and_die(*given: object, **more: object) -> None:
        push(*given, **more)
        raise MemoryError

    monkeypatch.setattr(git_trees, "push", push_and_die)
    job = connected.client.post(f"{ALL}/{connected.id}{MAIN}").json
    with pytest.raises(MemoryError):
        connected.task(job)
    monkeypatch.setattr(git_trees, "push", push)
    assert connected.client.get(f"/jobs/{job['id']}").json["error"]["code"] == "InternalError"

    assert connected.do("POST", MAIN)["state"] == "succeeded"

    assert len(origin.log()) == 2
    assert connected.status()["are_there_local_changes"] is False


def test_history_that_was_rewritten_is_merged_by_what_both_had(connected: Bench, origin: Origin):
    connected.edit("data/nlu.yml", "- hey\n", "- howdy\n")
    origin.git("checkout", "-q", "--orphan", "fresh")
    origin.push({"domain.yml": DOMAIN.replace("Hello!", "Welcome!")}, force=True)

    assert connected.do("POST", "/sync")["state"] == "succeeded"

    assert "- howdy" in connected.files()["data/nlu.yml"]
    assert "Welcome!" in connected.files()["domain.yml"]


def test_a_git_servers_webhook_begins_a_sync(connected: Bench, origin: Origin, login: Callable[..., Client]):
    role = {"role": "hook", "grants": {"default": {"git": {"modify": True}, "basic": {"modify": True}}}}
    assert connected.client.post("/roles", role).status == 201
    token = login("hook", "hook").post("/user/tokens", {"name": "webhook"}).json["token"]
    commit = origin.push({"data/rules.yml": "rules: []\n"})

    pushed = {"ref": "refs/heads/main", "after": commit, "repository": {"id": 1}, "commits": [{"id": commit}]}
    reply = Client().post(f"{ALL}/{connected.id}/sync?api_token={token}", pushed)

    assert reply.status == 202
    assert connected.task(reply.json)["state"] == "succeeded"
    assert "data/rules.yml" in connected.files()


def test_links_and_paths_of_a_repository_lead_nowhere(connected: Bench, origin: Origin):
    (origin.clone / "data" / "passwd.yml").symlink_to("/etc/passwd")
    origin.push({"data/rules.yml": "rules: []\n"})

    assert connected.do("POST", "/sync")["state"] == "succeeded"

    assert connected.files() == {**PROJECT, "data/rules.yml": "rules: []\n"}
    connected.edit("domain.yml", "Hello!", "Hi!")
    assert connected.do("POST", MAIN)["state"] == "succeeded"
    assert origin.show("data/passwd.yml") == "/etc/passwd"


def test_the_task_is_a_program_of_its_own(connected: Bench, origin: Origin, installation: Database):
    origin.push({"data/rules.yml": "rules: []\n"})
    job = connected.client.post(f"{ALL}/{connected.id}/sync").json
    path = os.pathsep.join([str(ROOT), str(ROOT / "layers/core/python")])

    secret = {"Name": installation.name, "SecretString": json.dumps(installation.server.secret(installation.name))}
    aws.client("secretsmanager").create_secret(**secret)

    done = subprocess.run(
        [sys.executable, "-m", "functions.git.task"],
        env={**os.environ, "JOB_ID": job["id"], "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert connected.client.get(f"/jobs/{job['id']}").json["state"] == "succeeded"
    assert "data/rules.yml" in connected.files()
    assert git_store.find().error is None
