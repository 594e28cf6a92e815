"""Reading and reviewing conversations."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.browser import seed
from tests.support import events as rasa


@pytest.fixture
def restaurant(app):
    """Some guests have talked; the list is on the screen."""
    seed.store(*seed.restaurant())
    app.go("/conversations")
    expect(app.row("web-5f3a91")).to_be_visible()
    return app


def test_an_empty_installation_leads_to_the_first_conversation(app):
    expect(app.page.get_by_role("heading", name="No conversations yet")).to_be_visible()
    expect(app.page.get_by_role("link", name="Talk to the bot")).to_have_attribute("href", "/talk")


def test_a_conversation_appears_while_one_watches(app):
    expect(app.page.get_by_role("heading", name="No conversations yet")).to_be_visible()

    seed.small("web-1", "anybody there?")

    expect(app.row("anybody there?")).to_be_visible(timeout=10_000)
    expect(app.page.get_by_role("link", name="Conversations 1 unread")).to_be_visible()


def test_newcomers_wait_while_one_reads(restaurant):
    app = restaurant
    app.row("web-5f3a91").click()
    expect(app.turns).to_contain_text("a table for six please")

    seed.small("web-new", "me too")

    expect(app.button("1 new")).to_be_visible(timeout=10_000)
    expect(app.row("me too")).to_have_count(0)
    app.press("n")
    expect(app.row("me too")).to_be_visible()
    expect(app.row("web-5f3a91")).to_have_attribute("aria-current", "true")


def test_an_open_conversation_grows_while_one_reads(restaurant):
    app = restaurant
    app.row("web-5f3a91").click()
    expect(app.turns.get_by_role("listitem").filter(has_text="User says")).to_have_count(3)

    at = time.time()
    rasa.store(rasa.turn("web-5f3a91", int(at * 1000), [seed.heard("tomorrow", at, {"inform": 0.9})]))

    expect(app.turns).to_contain_text("tomorrow", timeout=10_000)


def test_reading_starts_at_the_doubtful_message_and_shows_all_about_it(restaurant):
    app = restaurant

    app.row("web-5f3a91").click()

    expect(app.turns).to_contain_text("5 min")
    expect(app.button("opening_hours confidence 0.48")).to_have_attribute("aria-pressed", "true")
    assert app.turns.locator("mark").all_text_contents() == ["tonight", "eight", "six", "six"]
    expect(app.facts).to_contain_text("book_table")
    expect(app.facts).to_contain_text("RulePolicy chose utter_opening_hours (1.00).")
    expect(app.facts.get_by_label("Story so far")).to_contain_text("- intent: opening_hours")


def test_slots_and_story_follow_the_selected_turn(restaurant):
    app = restaurant
    app.row("web-5f3a91").click()
    expect(app.button("opening_hours confidence 0.48")).to_have_attribute("aria-pressed", "true")
    expect(app.facts.get_by_role("definition").filter(has_text="6new")).to_have_count(0)

    app.press("Shift+J")

    expect(app.button("book_table confidence 0.94")).to_have_attribute("aria-pressed", "true")
    expect(app.facts.get_by_role("definition").filter(has_text="6new")).to_have_count(1)
    expect(app.facts.get_by_label("Story so far")).to_contain_text("- active_loop: table_form")
    app.turns.get_by_text("good evening", exact=True).click()
    expect(app.facts).to_contain_text("greet")


def test_review_goes_on_to_the_next(restaurant):
    app = restaurant
    app.row("web-5f3a91").click()
    expect(app.turns).to_contain_text("good evening")

    app.press("e")

    expect(app.page.get_by_role("status").filter(has_text="web-5f3a91 marked reviewed")).to_be_visible()
    expect(app.page.get_by_role("heading", name="telegram-88123004")).to_be_visible()
    expect(app.row("web-5f3a91")).to_contain_text("reviewed")
    app.page.reload()
    expect(app.row("web-5f3a91")).to_contain_text("reviewed")


def test_decisions_are_taken_back_one_after_another(restaurant):
    app = restaurant
    app.row("web-5f3a91").click()
    expect(app.turns).to_contain_text("good evening")
    app.press("e")
    expect(app.turns).to_contain_text("the thing from last time")  # what is not on the screen cannot be decided on
    app.press("s")
    expect(app.row("telegram-88123004")).to_contain_text("saved for later")
    while app.button("Dismiss").count():
        app.button("Dismiss").first.click()

    app.press("u")
    expect(app.row("telegram-88123004")).not_to_contain_text("saved")
    expect(app.row("web-5f3a91")).to_contain_text("reviewed")
    app.press("u")
    expect(app.row("web-5f3a91")).not_to_contain_text("reviewed")

    app.page.wait_for_load_state("networkidle")
    app.page.reload()
    expect(app.row("web-5f3a91")).not_to_contain_text("reviewed")
    expect(app.row("telegram-88123004")).not_to_contain_text("saved")


def test_saving_for_later_is_kept(restaurant):
    app = restaurant
    app.row("telegram-88123004").click()

    app.button("Save for later").click()
    expect(app.row("telegram-88123004")).to_contain_text("saved for later")
    app.page.get_by_role("link", name="Saved", exact=True).click()

    expect(app.rows.get_by_role("link")).to_have_count(1)
    app.page.reload()
    expect(app.row("telegram-88123004")).to_be_visible()


def test_a_review_that_the_server_refuses_is_taken_back(restaurant, server):
    app = restaurant
    app.row("web-5f3a91").click()
    expect(app.turns).to_contain_text("good evening")
    server.is_away = True

    app.press("e")

    expect(app.page.get_by_role("alert").filter(has_text="web-5f3a91 was not changed")).to_be_visible()
    expect(app.page.get_by_role("alert").filter(has_text="Parlance does not answer.")).not_to_have_count(0)
    server.is_away = False
    expect(app.row("web-5f3a91")).not_to_contain_text("reviewed")


def test_everything_can_be_done_by_keyboard(restaurant):
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


def test_keys_are_listed_and_can_be_silenced(restaurant):
    app = restaurant

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


def test_search_and_filters_stand_in_the_address(restaurant):
    app = restaurant

    app.press("/")
    app.page.keyboard.type("kitchen")
    expect(app.rows.get_by_role("link")).to_have_count(1)
    assert app.path == "/conversations?q=kitchen"
    app.page.get_by_label("Search messages").fill("")
    app.button("Filter", exact=True).click()
    app.page.get_by_label("Lowest intent confidence").fill("0.5")
    app.page.get_by_label("Channel").select_option("web")
    app.press("Escape")

    expect(app.rows.get_by_role("link")).to_have_count(1)
    assert app.path == "/conversations?below=0.5&channel=web"
    app.page.reload()
    expect(app.row("web-5f3a91")).to_be_visible()
    app.button("Remove filter: confidence ≤ 0.50").click()
    expect(app.row("kitchen")).to_be_visible()


def test_filters_that_match_nothing_say_so(restaurant):
    restaurant.go("/conversations?q=zzz")

    expect(restaurant.page.get_by_role("heading", name="Nothing matches")).to_be_visible()


def test_all_of_a_long_list_can_be_reached(app):
    now = time.time()
    for number in range(120):
        seed.small(f"guest-{number:03}", f"number {number}", at=now - number * 10)
    app.go("/conversations")

    links = app.rows.get_by_role("link")
    expect(links.first).to_contain_text("guest-000")
    for _ in range(4):
        links.last.scroll_into_view_if_needed()
        app.page.wait_for_timeout(300)

    expect(links).to_have_count(120)
    expect(links.last).to_contain_text("guest-119")


def test_a_conversation_that_does_not_exist_is_told(app):
    app.go("/conversations/nobody")

    expect(app.page.get_by_role("heading", name="No such conversation")).to_be_visible()


def test_who_may_not_review_is_not_asked_to(visit, people):
    seed.small("web-1", "hello there")
    app = visit()

    app.log_in(people["annotator"], path="/conversations/web-1")

    expect(app.page.get_by_role("heading", name="No such conversation")).to_be_visible()
    expect(app.button("Reviewed, next")).to_have_count(0)


PAYLOADS = (
    "<img src=x onerror=document.title='xss'>",
    "<script>document.title='xss'</script>",
    "javascript:document.title='xss'",
    '"><svg onload=document.title="xss">',
    "{{constructor.constructor('document.title=`xss`')()}}",
)


def test_what_users_say_is_text_and_nothing_else(app):
    now = time.time()
    for number, payload in enumerate(PAYLOADS):
        button = {"title": payload, "payload": payload}
        said = seed.heard(payload, now - number * 10, {payload: 0.5})
        shown = seed.answer(
            payload,
            now - number * 10 + 1,
            payload,
            data={"buttons": [button], "image": payload, "custom": {payload: payload}},
        )
        seed.store((f"{payload}?a#b/../{number}", [said, rasa.slot(payload, payload, now - number * 10 + 0.5), *shown]))
    app.go("/conversations")
    expect(app.rows.get_by_role("link")).to_have_count(len(PAYLOADS))

    for number, payload in enumerate(PAYLOADS):
        app.press("j") if number else app.rows.get_by_role("link").first.click()
        expect(app.page.get_by_role("heading", level=2).first).to_have_text(f"{payload}?a#b/../{number}")
        expect(app.turns.get_by_text(payload).first).to_be_visible()

    assert app.page.title() == "Conversations · Parlance"
    assert app.page.locator("[onerror], [onload], a[href^=javascript]").count() == 0
