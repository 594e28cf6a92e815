"""Talking to the bot, as far as it goes without one: the end-to-end test talks to real Rasa."""

from __future__ import annotations

import time

from playwright.sync_api import expect

from tests.browser import seed


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


def test_ones_own_conversation_is_taken_up_with_everything_behind_it(app):
    seed.store(seed.booking("ada", time.time() - 700))

    app.go("/talk")

    expect(app.turns).to_contain_text("For which day shall I book?")
    expect(app.facts.get_by_label("Story so far")).to_contain_text("- active_loop: table_form")
    expect(app.page.get_by_label("Message", exact=True)).to_be_focused()


def test_arrow_up_brings_back_what_was_said(app):
    seed.store(seed.booking("ada", time.time() - 700))
    app.go("/talk")
    expect(app.turns).to_contain_text("a table for six please")
    field = app.page.get_by_label("Message", exact=True)

    field.fill("half a tho")
    app.press("ArrowUp")
    expect(field).to_have_value("a table for six please")
    app.press("ArrowUp", "ArrowUp")
    expect(field).to_have_value("good evening")
    app.press("ArrowDown", "ArrowDown", "ArrowDown")

    expect(field).to_have_value("half a tho")


def test_one_can_talk_as_somebody_new(app):
    seed.store(seed.booking("ada", time.time() - 700))
    app.go("/talk")
    expect(app.turns).to_contain_text("good evening")

    app.press("Escape", "n")

    expect(app.page.get_by_role("heading", name="Say something to the bot")).to_be_visible()
    assert app.path.startswith("/talk/ada-")
