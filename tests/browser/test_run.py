"""Running the bot: models, what a period brought, accounts and tokens, refused messages."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from parlance.settings import settings
from tests.browser import seed_run
from tests.support import locks
from tests.support.api import Client
from tests.support.installation import logged_in

if TYPE_CHECKING:
    from tests.browser.app import App


def test_a_training_is_watched_and_cancelled_and_another_model_promoted(app: App):
    seed_run.workshop()
    app.go("/models")
    expect(app.page.get_by_text("DIETClassifier · epoch 41 of 100")).to_be_visible()
    expect(app.page.get_by_role("progressbar", name="Progress")).to_have_attribute("value", "47")
    app.page.get_by_role("link", name="Log", exact=True).click()
    expect(app.page.get_by_role("region", name="Log")).to_contain_text("Epochs: 41/100 <b>loss</b>=1.284")
    app.page.get_by_role("link", name="All models").click()
    app.button("Cancel training of ada").click()
    app.page.get_by_role("dialog").get_by_role("button", name="Cancel", exact=True).last.click()
    jobs = app.page.get_by_role("table", name="Recent jobs")
    expect(jobs.get_by_text("cancelled", exact=True).first).to_have_css("font-size", "11px")  # as large as the others

    app.button(f"Promote {seed_run.LONG}").click()
    app.button("Promote", exact=True).last.click()

    row = app.page.get_by_role("table", name="Models").get_by_role("row").filter(has_text=seed_run.LONG)
    expect(row).to_contain_text("in production")
    app.button("Roll back production").click()
    app.button("Roll back", exact=True).last.click()
    expect(row).not_to_contain_text("in production")


def test_a_cell_of_the_confusions_opens_its_examples(app: App, monkeypatch):
    monkeypatch.setenv("DATA_BUCKET", "evaluations-to-look-at")
    settings.cache_clear()
    seed_run.workshop()
    seed_run.evaluated("20261122-091200-concierge", "evaluations-to-look-at")
    app.go("/models")
    app.page.get_by_role("link", name="20261122-091200-concierge").first.click()
    expect(app.page.get_by_role("table", name="Figures")).to_contain_text("0.95")

    app.page.get_by_role("table", name="Confusions of intents").get_by_role("button", name="taken for").first.click()

    expect(app.page.get_by_role("table", name="Examples").get_by_role("row")).not_to_have_count(1)


def test_a_figure_leads_to_the_conversations_behind_it(app: App):
    seed_run.week(time.time())
    app.press("g", "i")
    expect(app.page.get_by_role("heading", name="What users want")).to_be_visible()
    sessions = app.page.get_by_role("region", name="Sessions and users")
    sessions.get_by_text("As a table").click()
    expect(sessions.get_by_role("row")).to_have_count(8)

    app.page.get_by_role("table", name="Intents").get_by_role("link", name="ask_human").click()

    expect(app.rows.get_by_role("link").first).to_contain_text("let me talk to somebody")
    assert "intent=ask_human" in app.path

    app.go("/insights?days=7")
    by_channel = app.page.get_by_role("region", name="How far sessions go by channel")
    by_channel.get_by_text("As a table").click()
    by_channel.get_by_role("link", name="100 %").first.click()
    expect(app.rows.get_by_role("link").first).to_be_visible()
    expect(app.page).to_have_url(re.compile("channel=.+&messages=1&"))


def test_a_token_is_shown_once_and_works_until_it_is_revoked(app: App):
    app.press("g", ",")
    app.button("Make a token").click()
    app.page.get_by_label("Name").fill("<i>export</i>")
    app.button("Make a token").last.click()
    secret = app.page.get_by_role("code").inner_text()
    assert Client().get(f"/conversations?api_token={secret}").status == 200

    app.page.reload()
    expect(app.page.get_by_role("table", name="API tokens")).to_contain_text("<i>export</i>")
    expect(app.page.get_by_text(secret)).to_have_count(0)
    app.button("Revoke <i>export</i>").click()
    app.button("Revoke", exact=True).last.click()

    expect(app.page.get_by_text("You have no API tokens.")).to_be_visible()
    assert Client().get(f"/conversations?api_token={secret}").status == 401


def test_an_account_with_a_role_of_its_own_sees_only_its_rooms(app: App, visit):
    app.go("/settings/roles")
    app.button("Add a role").click()
    app.page.get_by_label("Name").fill("writer")
    app.page.get_by_label("basic").select_option("modify")
    app.page.get_by_label("responses").select_option("modify")
    app.button("Add a role").last.click()
    expect(app.page.get_by_role("table", name="Roles")).to_contain_text("modify basic, responses")
    app.page.get_by_role("link", name="Users").click()
    app.button("Add a user").click()
    app.page.get_by_label("User name").fill("will")
    app.page.get_by_label("Password").fill("correct horse battery staple")
    app.page.get_by_label("writer").check()
    app.button("Add a user").last.click()
    expect(app.page.get_by_role("table", name="Users")).to_contain_text("writer")

    other = visit()
    other.log_in("will")

    rooms = other.page.get_by_role("navigation", name="Rooms")
    expect(rooms.get_by_role("link", name="Stories")).to_be_visible()
    expect(rooms.get_by_role("link", name="Models")).to_have_count(0)


def test_a_refused_message_is_found_with_its_reason(app: App):
    seed_run.refused()
    app.go("/settings/operations")

    letters = app.page.get_by_role("table", name="Dead letters")
    expect(letters).to_contain_text("the event has no timestamp")
    expect(letters.get_by_role("button", name="Send again the message")).to_have_count(2)
    assert logged_in("root", "admin").get("/deadLetters").total == 2
    held = app.page.get_by_role("table", name="Locks")
    locks.hold("web-<b>1</b>", time.time())
    expect(held).to_contain_text("node-a.12")
    app.button("Release web-<b>1</b>").click()
    app.page.get_by_role("dialog").get_by_role("button", name="Release").click()
    expect(held).to_contain_text("node-b.7")  # whose turn it is now
    expect(held).not_to_contain_text("node-a.12")

    letters_and_more(app)


def letters_and_more(app: App) -> None:
    """The other lists of the installation: rules that are changed, and a log that goes on."""
    app.go("/settings/automation")
    app.button("Change the rules").click()
    app.page.get_by_label("Understanding, on the training data").check()
    app.page.get_by_label("Least F1 of intents, percent").fill("80")
    app.button("Change", exact=True).last.click()
    expect(app.page.get_by_role("table", name="Automation")).to_contain_text("80")
    seed_run.history(120)
    app.go("/settings/audit")
    lines = app.page.get_by_role("table", name="Audit log").get_by_role("row")
    expect(lines).to_have_count(101)
    app.button("Show older ones").click()
    expect(app.page.get_by_text("line 1", exact=True)).to_be_visible()
