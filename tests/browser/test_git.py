"""The project's repository, on a git server of one's own: connected, committed to, left again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from parlance.services import git_job
from tests.browser import seed_run
from tests.support.git_server import Origin, let_git_tasks_begin, ssh_server
from tests.support.installation import logged_in

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.browser.app import App


def carry_out() -> None:
    """Do what the newest git task has to do, as ECS would have it done."""
    git_job.carry_out_job(logged_in("root", "admin").get("/jobs").json[0]["id"])


def test_a_repository_is_connected_committed_to_and_disconnected(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    let_git_tasks_begin(monkeypatch)
    seed_run.concierge()
    origin = Origin.create(tmp_path)
    origin.push({"config.yml": (seed_run.CONCIERGE / "config.yml").read_text(), "domain.yml": "intents:\n- bye\n"})
    standing = app.page.get_by_role("region", name="Git").get_by_role("status")
    with ssh_server(tmp_path / "sshd") as sshd:
        app.go("/settings/git")
        app.button("Connect").click()
        ask = app.page.get_by_role("dialog", name="Connect a repository")
        sshd.allow(ask.get_by_role("code").inner_text())
        ask.get_by_label("Address").fill(sshd.url(origin))
        ask.get_by_label("Host key").fill(sshd.known_hosts.strip())
        ask.get_by_role("button", name="Connect").click()
        expect(standing).to_contain_text("Never synchronised")
        carry_out()
        expect(app.page.get_by_text("domain.yml was changed on both sides in one place.")).to_be_visible()
        app.button("Keep Parlance's").click()
        expect(standing).to_contain_text("At work")
        carry_out()
        expect(standing).to_contain_text("files changed here")

        app.button("Commit").click()
        ask = app.page.get_by_role("dialog", name="Commit and push")
        ask.get_by_label("Message").fill("<b>the menu</b>")
        ask.get_by_role("button", name="Commit").click()
        expect(ask).to_have_count(0)
        carry_out()
        expect(standing).to_contain_text("Everything of Parlance is in the repository.")
        assert origin.log()[0].endswith(": <b>the menu</b>")

        app.button("Disconnect the repository").click()
        app.page.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
        expect(app.page.get_by_text("No repository is connected.")).to_be_visible()
    assert "utter_menu" in origin.show("domain.yml")
    assert logged_in("root", "admin").get("/domain").status == 200
