"""What the bot does and says, changed in the browser: stories, responses, the domain, the whole project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import seed_run
from tests.support.installation import logged_in

if TYPE_CHECKING:
    from tests.browser.app import App

STORY = "stories:\n- story: guest says goodbye\n  steps:\n  - intent: goodbye\n  - action: utter_goodbye\n"


@pytest.fixture(autouse=True)
def project(installation):
    seed_run.concierge()


def test_a_story_is_written_by_keyboard_with_its_problems_and_its_drawing_beside_it(app: App):
    app.press("g", "s")
    expect(app.button("New story")).to_be_visible()
    app.press("n")
    text = app.page.get_by_label("New story")
    text.fill(STORY.replace("utter_goodbye", "utter_godbye"))
    problem = app.button("line 5 warning: action utter_godbye is not in the domain")
    expect(problem).to_be_visible()
    problem.click()
    assert text.evaluate("(field) => field.value.slice(field.selectionStart, field.selectionEnd)").endswith("_godbye")

    text.fill(STORY)
    expect(app.page.get_by_text("No problems")).to_be_visible()
    expect(app.page.get_by_role("img", name="Graph")).to_contain_text("utter_goodbye")
    text.focus()
    app.press("Control+Enter")

    row = app.page.get_by_role("list", name="Stories").get_by_role("link", name="guest says goodbye")
    expect(row).to_have_attribute("aria-current", "true")
    admin = logged_in("root", "admin")
    assert admin.get("/stories?q=guest says").json[0]["story"] == STORY


def test_what_is_not_saved_survives_a_look_elsewhere_and_somebody_faster_is_not_overwritten(app: App):
    admin = logged_in("root", "admin")
    app.go("/stories")
    rows = app.page.get_by_role("list", name="Stories")
    rows.get_by_role("link", name="Menu, no table").click()
    text = app.page.get_by_label("Text of Menu, no table")
    text.fill(STORY)
    rows.get_by_role("link", name="Menu, then a table").click()
    expect(rows.get_by_role("link", name="Menu, no table")).to_contain_text("not saved")

    one = next(one for one in admin.get("/stories").json if one["name"] == "Menu, no table")
    changed = one["story"].replace("utter_no_problem", "utter_goodbye")
    admin.send("PUT", f"/stories/{one['id']}", body=changed, headers={"Content-Type": "application/yaml"})
    rows.get_by_role("link", name="Menu, no table").click()
    expect(text).to_have_value(STORY)
    app.button("Save").click()

    expect(app.page.get_by_role("alert").filter(has_text="read it again")).to_be_visible()
    expect(text).to_have_value(STORY)


def test_a_response_gets_a_variation_with_buttons_for_one_channel(app: App):
    app.go("/stories/responses")
    app.page.get_by_role("list", name="Responses").get_by_role("link", name="utter_greet").click()
    app.button("Add a variation").click()
    app.page.get_by_label("Text", exact=True).fill("<b>Welcome</b> back!")
    app.page.get_by_label("Buttons").fill("Book a table | /book_table\nHours | /ask_hours")
    app.page.get_by_label("Channel").fill("socketio")
    app.button("Save").click()

    variations = app.page.get_by_role("list", name="Variations")
    expect(variations).to_contain_text("<b>Welcome</b> back!")
    expect(variations).to_contain_text("only in socketio")
    found = logged_in("root", "admin").get("/responses?response_name=utter_greet").json[-1]
    assert found["buttons"][1] == {"title": "Hours", "payload": "/ask_hours"}


def test_the_domain_is_not_saved_while_it_is_wrong_and_warns_of_what_is_missing(app: App):
    app.go("/stories/domain")
    text = app.page.get_by_role("textbox", name="Domain")
    whole = text.input_value()
    text.fill(whole.replace("intents:", "intents: [", 1))
    expect(app.page.get_by_text("not YAML")).to_be_visible()
    expect(app.button("Save")).to_be_disabled()

    text.fill(whole.replace("  - greet\n", "", 1))
    app.button("Save").click()

    expect(app.page.get_by_role("region", name="Domain and training data")).to_contain_text("greet")
    assert "  - greet\n" not in logged_in("root", "admin").get("/domain").text.split("entities:")[0]
