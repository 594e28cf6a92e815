"""Talking to the bot, as far as it goes without one: the end-to-end test talks to real Rasa."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from parlance.adapters import conversations
from parlance.services.login import token_for
from parlance.settings import settings
from tests.browser import seed
from tests.support.installation import logged_in
from tests.support.rasa_server import Rasa, serving

if TYPE_CHECKING:
    from tests.browser.app import App


def test_a_bot_that_is_not_ready_is_told_and_the_message_is_kept(app):
    app.go("/talk")
    expect(app.page.get_by_text("Messages can be sent as soon as it is ready.")).to_be_visible()

    app.page.get_by_label("Message", exact=True).fill("hello?")
    app.press("Enter")

    expect(app.page.get_by_role("alert").filter(has_text="Not sent.")).to_contain_text(
        "Rasa is starting or has no model yet"
    )
    expect(app.page.get_by_text("hello?")).to_be_visible()
    app.button("Send again").click()
    expect(app.page.get_by_role("alert").filter(has_text="Not sent.")).to_have_count(1)
    app.button("Discard").click()
    expect(app.page.get_by_text("hello?")).to_have_count(0)


def test_ones_own_conversation_is_taken_up_and_led_on_step_by_step(app, signing_key, monkeypatch):
    seed.store(seed.booking("ada", time.time() - 700))
    app.go("/talk")
    field = app.page.get_by_label("Message", exact=True)
    expect(app.turns).to_contain_text("For which day shall I book?")
    expect(app.facts.get_by_label("Story so far")).to_contain_text("- active_loop: table_form")
    expect(field).to_be_focused()

    field.fill("half a tho")
    app.press("ArrowUp")
    expect(field).to_have_value("a table for six please")
    app.press("ArrowUp", "ArrowUp")
    expect(field).to_have_value("good evening")
    app.press("ArrowDown", "ArrowDown", "ArrowDown")

    expect(field).to_have_value("half a tho")

    conversations.claim("ada", "ada", interactive=True)
    app.page.reload()
    app.button("edit what happened …").click()
    edit = app.page.get_by_role("dialog", name="Edit what happened")
    edit.get_by_label("Keep: “good evening” means").uncheck()
    edit.get_by_label("“a table for six please” means", exact=True).fill("order")
    assert app.violations() == []
    edit.get_by_role("button", name="Go on from there").click()
    expect(edit.get_by_role("alert")).to_contain_text("Rasa")
    app.press("Escape")
    expect(edit).to_have_count(0)
    with serving(Rasa(signing_key.public, answers=LED)) as rasa:
        monkeypatch.setenv("RASA_URL", rasa.url)
        settings.cache_clear()
        lead(app, rasa)


MEANT = {"name": "inform", "confidence": 0.6}
LED = {
    "/parse": {"text": "by the window", "intent": MEANT, "intent_ranking": [MEANT], "entities": []},
    "/predict": {"scores": [{"action": "action_listen", "score": 0.1}, {"action": "utter_menu", "score": 0.8}]},
    "/execute": {"messages": []},
}


def lead(app: App, rasa: Rasa) -> None:
    """What one cancels was not said; what one confirms happens."""
    field = app.page.get_by_label("Message", exact=True)
    meaning = app.page.get_by_role("dialog", name="What does “by the window” mean?")
    for key in ("Escape", "Enter"):
        field.fill("by the window")
        app.press("Enter")
        expect(meaning).to_be_visible()
        app.press(key)
        expect(meaning).to_have_count(0)
        expect(field).to_have_value("by the window" if key == "Escape" else "")
    expect(app.button("utter_menu")).to_be_visible()
    said = [json.loads(one["body"])[0] for one in rasa.asked if one["path"].endswith("/events")]
    assert [(one["text"], one["parse_data"]["intent"]["name"]) for one in said] == [("by the window", "inform")]

    app.press("Escape")  # digits are typed into a field
    app.button("another action").click()
    app.press("Escape")
    app.press("2")
    expect(app.page.get_by_text("Say something as the user")).to_be_visible()
    done = [json.loads(one["body"])["name"] for one in rasa.asked if one["path"].endswith("/execute")]
    assert done == ["action_listen"]


def test_one_can_talk_as_somebody_new_also_on_a_telephone(visit, people):
    seed.store(seed.booking("ada", time.time() - 700))
    app = visit(size=(390, 800))
    app.carry(token_for(people["admin"], ("admin",)))
    app.go("/talk")
    expect(app.turns).to_contain_text("good evening")
    assert app.page.evaluate(
        "document.querySelector('.head').scrollWidth <= document.querySelector('.head').clientWidth"
    )

    app.press("Escape", "n")

    expect(app.page.get_by_role("heading", name="Say something to the bot")).to_be_visible()
    assert app.path.startswith("/talk/ada-")


def test_a_guest_talks_on_a_plain_page_and_leaves_the_workbench_as_it_was(app):
    admin = logged_in("root", "admin")
    link = admin.put("/chatToken", {"bot_name": "The concierge", "description": "Ask for a table."}).json["chat_token"]
    expect(app.page.get_by_role("heading", name="No conversations yet")).to_be_visible()

    app.go(f"/guest/{link}")
    expect(app.page.get_by_role("heading", name="The concierge")).to_be_visible()
    expect(app.page.get_by_text("Ask for a table.")).to_be_visible()
    expect(app.page.get_by_role("navigation")).to_have_count(0)
    app.page.get_by_label("Message", exact=True).fill("good evening")
    app.press("Enter")
    expect(app.page.get_by_role("alert")).to_contain_text("Not sent.")
    guest = app.page.evaluate("JSON.parse(sessionStorage.getItem('parlance.guest')).conversation_id")
    seed.store(seed.booking(guest, time.time() - 20))
    app.page.reload()
    expect(app.page.get_by_text("For which day shall I book?")).to_be_visible()
    expect(app.page.get_by_text("opening_hours")).to_have_count(0)

    admin.delete("/chatToken")
    expect(app.page.get_by_role("heading", name="This link does not work")).to_be_visible()  # nobody asked for it
    app.go("/conversations")
    expect(app.row(guest)).to_be_visible()
