"""Reading and reviewing conversations."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from parlance.services.login import token_for
from tests.browser import seed
from tests.support import events as rasa
from tests.support.installation import logged_in


@pytest.fixture
def restaurant(app):
    """Some guests have talked; the list is on the screen."""
    seed.store(*seed.restaurant())
    app.go("/conversations")
    expect(app.row("web-5f3a91")).to_be_visible()
    return app


def test_an_empty_installation_leads_to_the_first_conversation_which_appears_by_itself(app):
    expect(app.page.get_by_role("heading", name="No conversations yet")).to_be_visible()
    expect(app.page.get_by_role("link", name="Talk to the bot")).to_have_attribute("href", "/talk")
    steps = app.page.get_by_role("region", name="First steps")
    assert steps.get_by_role("link").all_inner_texts()[:2] == ["Train a model", "Say hello to your bot"]
    assert app.violations() == []

    seed.small("web-1", "anybody there?")

    expect(app.row("anybody there?")).to_be_visible()
    expect(app.page.get_by_role("link", name="Conversations 1 unread")).to_be_visible()
    expect(steps).to_contain_text("Say hello to your bot, done")
    app.row("anybody there?").click()
    expect(steps).to_contain_text("Read what it understood, done")
    app.button("Skip the first steps").press("Enter")
    expect(steps).to_have_count(0)


def test_while_one_reads_the_conversation_grows_and_newcomers_wait(restaurant):
    app = restaurant
    app.row("web-5f3a91").click()
    expect(app.turns).to_contain_text("a table for six please")

    at = time.time()
    rasa.store(rasa.turn("web-5f3a91", int(at * 1000), [seed.heard("tomorrow", at, {"inform": 0.9})]))
    seed.small("web-new", "me too")

    expect(app.turns).to_contain_text("tomorrow")
    expect(app.button("1 new")).to_be_visible()
    expect(app.row("me too")).to_have_count(0)
    app.press("n")
    expect(app.row("me too")).to_be_visible()
    expect(app.row("web-5f3a91")).to_have_attribute("aria-current", "true")


def test_reading_starts_at_the_doubtful_message_and_slots_and_story_follow_the_selected_one(restaurant):
    app = restaurant

    app.row("web-5f3a91").click()

    expect(app.turns).to_contain_text("5 min")
    expect(app.button("opening_hours confidence 0.48")).to_have_attribute("aria-pressed", "true")
    assert app.turns.locator("mark").all_text_contents() == ["tonight", "eight", "six", "six"]
    expect(app.facts).to_contain_text("RulePolicy chose utter_opening_hours (1.00).")
    expect(app.facts.get_by_label("Story so far")).to_contain_text("- intent: opening_hours")
    expect(app.facts.get_by_role("definition").filter(has_text="6new")).to_have_count(0)
    app.press("Shift+J")
    expect(app.button("book_table confidence 0.94")).to_have_attribute("aria-pressed", "true")
    expect(app.facts.get_by_role("definition").filter(has_text="6new")).to_have_count(1)
    expect(app.facts.get_by_label("Story so far")).to_contain_text("- active_loop: table_form")
    app.turns.get_by_text("good evening", exact=True).click()
    expect(app.facts).to_contain_text("greet")


def test_decisions_lead_on_are_kept_and_are_taken_back_one_after_another(restaurant):
    app = restaurant
    app.row("web-5f3a91").click()
    expect(app.turns).to_contain_text("good evening")
    app.press("e")
    expect(app.page.get_by_role("status").filter(has_text="web-5f3a91 marked reviewed")).to_be_visible()
    expect(app.turns).to_contain_text("the thing from last time")  # what is not on the screen cannot be decided on
    app.button("Save for later").click()
    expect(app.row("telegram-88123004")).to_contain_text("saved for later")
    app.page.reload()
    expect(app.row("web-5f3a91")).to_contain_text("reviewed")
    expect(app.row("telegram-88123004")).to_contain_text("saved for later")

    app.row("ضيف-٢٣").click()
    expect(app.turns).to_contain_text("مرحبا")
    app.press("e")
    expect(app.row("ضيف-٢٣")).to_contain_text("reviewed")
    app.button("Dismiss").evaluate_all("(all) => all.forEach((one) => one.click())")  # or they have gone by themselves
    app.press("u")
    expect(app.row("ضيف-٢٣")).not_to_contain_text("reviewed")

    admin = logged_in("root", "admin")
    app.until(lambda: admin.get("/conversations/ضيف-٢٣").json["review_status"] == "unread")
    app.page.reload()
    expect(app.row("ضيف-٢٣")).not_to_contain_text("reviewed")


def test_a_review_that_the_server_refuses_is_taken_back(restaurant, server):
    app = restaurant
    app.row("web-5f3a91").click()
    expect(app.turns).to_contain_text("good evening")
    server.is_away = True

    app.press("e")

    expect(app.page.get_by_role("alert").filter(has_text="Not saved: web-5f3a91 marked reviewed.")).to_be_visible()
    expect(app.page.get_by_role("alert").filter(has_text="Parlance does not answer.")).not_to_have_count(0)
    server.is_away = False
    expect(app.row("web-5f3a91")).not_to_contain_text("reviewed")


def test_everything_can_be_done_by_keys_that_are_listed_found_by_name_and_silenced(restaurant):
    app = restaurant

    app.press("j", "j")
    expect(app.row("telegram-88123004")).to_be_focused()
    app.press("Enter")
    expect(app.page.get_by_role("heading", name="telegram-88123004")).to_be_visible()
    app.press("k")
    expect(app.page.get_by_role("heading", name="web-5f3a91")).to_be_visible()
    app.press("Escape")

    expect(app.page.get_by_role("heading", name="Choose a conversation")).to_be_visible()
    expect(app.row("web-5f3a91")).to_be_focused()
    app.press("g", "t")
    expect(app.page.get_by_role("heading", name="Talk")).to_be_visible()
    app.press("Control+k")
    expect(app.page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    app.page.keyboard.type("conversations")
    app.press("Enter")
    expect(app.row("web-5f3a91")).to_be_visible()

    app.press("?")
    sheet = app.page.get_by_role("dialog", name="Keys")
    expect(sheet).to_contain_text("Mark reviewed and open the next unread one")
    sheet.get_by_label("Single-letter keys").uncheck()
    app.press("Escape")
    expect(sheet).to_have_count(0)
    app.press("j")

    assert app.page.evaluate("document.activeElement.dataset.id") is None
    app.page.reload()
    expect(app.row("web-5f3a91")).to_be_visible()
    expect(app.page.locator("kbd:visible")).to_have_count(6)  # those in the hint for an empty room, and Ctrl k


def test_search_and_filters_stand_in_the_address_and_are_kept_under_a_name(restaurant):
    app = restaurant

    app.press("/")
    app.page.keyboard.type("kitchen")
    expect(app.rows.get_by_role("link")).to_have_count(1)
    assert app.path == "/conversations?q=kitchen"
    app.page.get_by_label("Search messages").fill("")
    app.button("Filter", exact=True).click()
    app.page.get_by_role("group", name="Lowest intent confidence").get_by_label("at most").press_sequentially("0.5")
    app.press("Tab")
    app.page.get_by_label("Channel").select_option("web")
    app.page.get_by_label("Name for these filters").fill("Doubtful on the web")
    app.button("Save", exact=True).click()
    expect(app.page.get_by_role("link", name="Doubtful on the web")).to_be_visible()
    app.press("Escape")

    expect(app.rows.get_by_role("link")).to_have_count(1)
    assert app.path == "/conversations?below=0.5&channel=web"
    app.page.reload()
    expect(app.row("web-5f3a91")).to_be_visible()
    app.button("Remove filter: confidence ≤ 0.50").click()
    expect(app.row("kitchen")).to_be_visible()
    app.go("/conversations?q=zzz")
    expect(app.page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    app.button("Filter", exact=True).click()
    app.page.get_by_role("link", name="Doubtful on the web").click()
    expect(app.rows.get_by_role("link")).to_have_count(1)
    assert app.path == "/conversations?below=0.5&channel=web"


def test_what_does_not_exist_or_is_not_ones_own_is_told_alike(visit, people):
    seed.small("web-1", "hello there")
    app = visit()
    app.carry(token_for(people["admin"], ("admin",)))
    app.go("/conversations/nobody")
    expect(app.page.get_by_role("heading", name="No such conversation")).to_be_visible()
    app.button("Account: ada").click()
    app.button("Sign out").click()

    app.log_in(people["annotator"], path="/conversations/web-1")

    expect(app.page.get_by_role("heading", name="No such conversation")).to_be_visible()
    expect(app.button("Reviewed, next")).to_have_count(0)
