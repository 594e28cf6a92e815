"""The installation itself: people, servers, git, what was refused, and what happens when nobody answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from infra.local.deployed import deployed
from infra.local.emulator import client
from infra.local.folder import folder_of
from tests.browser.app import App
from tests.proofs.screens.stage import LONG, fresh
from tests.support.git_server import Origin, ssh_server

if TYPE_CHECKING:
    from tests.proofs.screens.stage import Stage

SECRET = "correct horse battery staple"


def peopled(stage: Stage) -> None:
    """A role, a user who has it, a token."""
    app, role, name, token = stage.app, fresh("writer"), fresh("will"), fresh("export")
    app.go("/settings/roles")
    app.button("Add a role").click()
    stage.dialog.get_by_label("Name").fill(role)
    stage.dialog.get_by_label("responses").select_option("modify")
    stage.confirm("Add a role")
    expect(stage.table("Roles")).to_contain_text(role)
    app.go("/settings/users")
    app.button("Add a user").click()
    stage.dialog.get_by_label("User name").fill(name)
    stage.dialog.get_by_label("Password").fill(SECRET)
    stage.dialog.get_by_label(role).check()
    stage.confirm("Add a user")
    expect(stage.table("Users").get_by_role("row").filter(has_text=name)).to_contain_text(role)
    other = App.open(stage.browser, stage.place, theme="dark", size=(1000, 800))
    other.log_in(name, SECRET)
    rooms = other.page.get_by_role("navigation", name="Rooms")
    expect(rooms.get_by_role("link", name="Stories")).to_be_visible()
    expect(rooms.get_by_role("link", name="Models")).to_have_count(0)
    other.close()
    stage.saw("Settings: a role, a user with it; who logs in and sees Stories, not Models")
    app.go("/settings")
    app.button("Make a token").click()
    stage.dialog.get_by_label("Name").fill(token)
    stage.confirm("Make a token")
    expect(app.page.get_by_role("code")).to_be_visible()
    app.button(f"Revoke {token}").click()
    stage.confirm("Revoke")
    expect(app.button(f"Revoke {token}")).to_have_count(0)
    stage.saw("Settings: an API token made, shown once, revoked")


def served(stage: Stage) -> None:
    """Environments: a schedule is given to one, and what one writes stays while the list is renewed."""
    app = stage.app
    app.go("/settings/environments")
    row = stage.table("Environments").get_by_role("row").filter(has_text="production")
    expect(row).to_contain_text("1 of 1")
    app.button("Change production").click()
    field = stage.dialog.get_by_label("Wakes at")
    field.fill("07:30")
    with app.page.expect_response(re.compile("/api/environments")):
        pass
    app.page.wait_for_timeout(500)
    expect(field).to_have_value("07:30")
    stage.dialog.get_by_role("button", name="Cancel", exact=True).click()
    stage.saw("Settings: environments with their servers; a form keeps what is written while the list is renewed")


def kept_in_git(stage: Stage) -> None:
    """A bare repository behind a real sshd is connected, committed to and left, all by the screen."""
    app, folder = stage.app, stage.folder / fresh("git")
    folder.mkdir()
    origin = Origin.create(folder)
    with ssh_server(folder / "sshd") as server:
        app.go("/settings/git")
        app.button("Connect", exact=True).click()
        server.allow(stage.dialog.get_by_role("code").inner_text())
        stage.dialog.get_by_label("Address").fill(server.url(origin))
        stage.dialog.get_by_label("Host key").fill(server.known_hosts.strip())
        stage.dialog.get_by_label("Where both").select_option("local")
        stage.confirm("Connect")
        git = app.page.get_by_role("region", name="Git")
        expect(git.get_by_text("Looked at")).to_be_visible(timeout=LONG)
        expect(git.get_by_role("status")).not_to_contain_text("At work", timeout=LONG)
        app.until(lambda: origin.git("ls-remote", "--heads", "origin") or app.button("Commit", exact=True).is_enabled())
        if not origin.git("ls-remote", "--heads", "origin"):
            app.button("Commit", exact=True).click()
            stage.confirm("Commit")
            app.until(lambda: origin.git("ls-remote", "--heads", "origin"))
        assert "greet" in origin.show("domain.yml")
        stage.saw(f"Settings, git: connected over ssh, pushed: {origin.log()[0]}")
        expect(git.get_by_role("status")).not_to_contain_text("At work", timeout=LONG)
        app.button("Disconnect the repository").click()
        stage.confirm("Disconnect")
        expect(app.page.get_by_text("No repository is connected.")).to_be_visible()
        stage.saw("Settings, git: disconnected")


def operated(stage: Stage) -> None:
    """Dead letters, locks, jobs, audit, health."""
    app, found = stage.app, deployed(folder_of(stage.place.home))
    assert found is not None
    sqs = client(stage.place.home, "sqs")
    urls = sqs.list_queues()["QueueUrls"]
    queue = next(url for url in urls if url.endswith("-events"))
    sqs.send_message(QueueUrl=queue, MessageBody='{"sender_id": "web-1", "event": "bot"}')
    app.go("/settings/operations")
    letters = stage.table("Dead letters")
    expect(letters).to_contain_text("timestamp", timeout=LONG)
    stage.saw("Settings: a message that cannot be stored stands under Dead letters with its reason")
    app.button("Send all again").click()
    stage.told("sent again")
    expect(letters).to_contain_text("timestamp", timeout=LONG)
    stage.saw("Settings: sent again, refused again, listed again")
    expect(app.page.get_by_role("region", name="Locks")).to_contain_text(re.compile("Nobody is talking|Held for"))
    expect(stage.table("Recent jobs").get_by_role("row").nth(1)).to_be_visible()
    stage.saw("Settings: locks and jobs")
    app.go("/settings/audit")
    expect(stage.table("Audit log").get_by_role("row").nth(1)).to_be_visible()
    app.go("/settings/health")
    health = app.page.get_by_role("region", name="Health")
    expect(health).to_contain_text("Rasa production")
    expect(health.get_by_role("listitem").filter(has_text="Rasa production")).to_contain_text("well")
    stage.saw("Settings: the audit log has lines, health says how every part is")


def found_by_name(stage: Stage) -> None:
    """The palette."""
    app = stage.app
    app.go("/conversations")
    app.press("Control+k")
    stage.choose("Insights")
    expect(app.page).to_have_url(re.compile("/insights"))
    stage.saw("Palette: Ctrl+k, 'Insights', Enter leads there")


def cut_off(stage: Stage) -> None:
    """The network goes and comes back."""
    app = stage.app
    app.go("/conversations")
    expect(app.rows).to_be_visible()
    app.page.context.set_offline(offline=True)
    banner = app.page.get_by_role("alert").filter(has_text="Parlance does not answer.")
    expect(banner).to_be_visible()
    stage.saw("Offline: the banner says that Parlance does not answer, the list stays")
    expect(app.rows.get_by_role("link").first).to_be_visible()
    app.page.context.set_offline(offline=False)
    expect(banner).to_have_count(0)
    name = fresh("after the cut")
    stage.place.say(name.replace(" ", "-"), name)
    expect(app.row(name)).to_be_visible()
    stage.saw("Offline: gone when the network is back, and new conversations arrive again")


SCENES = [peopled, served, kept_in_git, operated, found_by_name, cut_off]
