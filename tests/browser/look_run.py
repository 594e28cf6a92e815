"""The rooms that teach and run the bot, one after another, for axe and for the pictures."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.browser import seed_run

if TYPE_CHECKING:
    from tests.browser.app import App


def walk(app: App, look: Any) -> None:
    """Open every screen of these rooms; somebody who may do everything is logged in."""
    seed_run.concierge()
    seed_run.workshop()
    seed_run.week(time.time())
    for visit in (stories, models, insights, settings):
        visit(app, look)


def stories(app: App, look: Any) -> None:
    """Stories, rules, responses, domain, configuration, files."""
    page = app.page
    app.go("/stories")
    expect(page.get_by_role("img", name="Graph")).to_be_visible()
    look.at("stories")
    page.get_by_role("list", name="Stories").get_by_role("link").first.click()
    expect(page.get_by_text("No problems")).to_be_visible()
    look.at("story")
    app.go("/stories/responses")
    page.get_by_role("list", name="Responses").get_by_role("link").first.click()
    expect(page.get_by_role("list", name="Variations")).to_be_visible()
    look.at("responses")
    page.get_by_role("button", name="Edit").first.click()
    look.at("response-edit", keep=False)
    app.press("Escape")
    for kind, name in {"domain": "Domain", "config": "Configuration"}.items():
        app.go(f"/stories/{kind}")
        expect(page.get_by_role("textbox", name=name)).to_be_visible()
        expect(page.get_by_text("No problems")).to_be_visible()
        look.at(kind)
    app.go("/stories/project")
    expect(page.get_by_role("table", name="Files")).to_be_visible()
    look.at("files")


def models(app: App, look: Any) -> None:
    """Models, a job, and what is asked before a training."""
    app.go("/models")
    expect(app.page.get_by_role("table", name="Models")).to_be_visible()
    look.at("models")
    app.button("Train", exact=True).click()
    look.at("train", keep=False)
    app.press("Escape")


def insights(app: App, look: Any) -> None:
    """The figures, with one table unfolded."""
    app.go("/insights?days=7")
    expect(app.page.get_by_role("img", name="Messages")).to_be_visible()
    app.page.get_by_text("As a table").first.click()
    look.at("insights")


def settings(app: App, look: Any) -> None:
    """Accounts, roles, tokens, the share link, operations, the audit log, health."""
    page = app.page
    app.go("/settings")
    app.button("Make a token").click()
    page.get_by_label("Name").fill("nightly export")
    app.button("Make a token").last.click()
    expect(page.get_by_text("it is shown only once")).to_be_visible()
    look.at("settings-account")
    app.go("/settings/share")
    app.button("Share", exact=True).click()
    page.get_by_label("Name of the bot").fill("The concierge of the Lindenhof")
    app.button("Share", exact=True).last.click()
    expect(page.get_by_label("Link for guests")).to_be_visible()
    look.at("settings-share")
    for name, table in {
        "users": "Users",
        "roles": "Roles",
        "environments": "Environments",
        "automation": "Automation",
        "audit": "Audit log",
    }.items():
        app.go(f"/settings/{name}")
        expect(page.get_by_role("table", name=table)).to_be_visible()
        look.at(f"settings-{name}")
    app.go("/settings/git")
    expect(page.get_by_text("No repository is connected.")).to_be_visible()
    look.at("settings-git")
    app.go("/settings/roles")
    app.button("Add a role").click()
    expect(page.get_by_label("nlu training data")).to_be_visible()
    look.at("settings-role-new", keep=False)
    app.press("Escape")
    seed_run.refused()
    app.go("/settings/operations")
    expect(page.get_by_role("table", name="Dead letters")).to_be_visible()
    expect(page.get_by_role("table", name="Recent jobs")).to_be_visible()
    look.at("settings-operations")
    app.go("/settings/health")
    expect(page.get_by_text("Rasa production", exact=True)).to_be_visible()
    look.at("settings-health")
