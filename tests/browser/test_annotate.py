"""Teaching the bot: correcting conversations, working through the inbox, keeping the training data in order."""

from __future__ import annotations

import json
import re
import time

import pytest
from playwright.sync_api import expect

from parlance.settings import settings
from tests.browser import seed, seed_run
from tests.support import events as rasa
from tests.support.installation import logged_in


@pytest.fixture
def restaurant(app):
    """Some guests have talked to a bot whose project is here."""
    seed_run.concierge()
    seed.store(*seed.restaurant())
    app.go("/conversations")
    expect(app.row("web-5f3a91")).to_be_visible()
    return app


@pytest.fixture
def inbox(app):
    """Users said things that nobody has annotated."""
    seed_run.concierge()
    now = time.time()
    said = {
        "a table for two tonight": 0.41,
        "a table for three tonight": 0.55,
        "are dogs allowed": 0.62,
        "hello!!": 0.97,
    }
    for place, (text, sure) in enumerate(said.items()):
        ranking = {"book_table": sure, "ask_hours": sure / 2, "greet": 0.05}
        seed.store((f"guest-{place}", [*rasa.session(now), seed.heard(text, now + place, ranking)]))
    app.press("g", "n")
    expect(app.page.get_by_role("button", name="a table for two tonight")).to_be_visible()
    return app


def chooser(app):
    """Where one types what is looked for."""
    return app.page.get_by_role("dialog").get_by_role("combobox")


def open_doubtful(app) -> None:
    app.row("web-5f3a91").click()
    expect(app.button("opening_hours confidence 0.48")).to_have_attribute("aria-pressed", "true")
    expect(app.button("Flag the message")).to_be_visible()


def test_a_message_is_corrected_flagged_and_tagged_and_its_words_become_an_example(restaurant):
    app = restaurant
    open_doubtful(app)

    app.press("2")
    expect(app.turns.get_by_role("button", name="opening_hours book_table")).to_be_visible()
    app.press("f")
    expect(app.row("web-5f3a91")).to_contain_text("flagged")
    app.press("t")
    app.page.keyboard.type("terrace")
    app.press("Enter")
    expect(app.row("web-5f3a91")).to_contain_text("terrace")
    app.press("a")
    words = app.page.get_by_role("listbox", name="Words")
    words.focus()
    app.press("ArrowRight", "ArrowRight", "ArrowRight", "Enter")
    chooser(app).fill("place")
    app.press("Enter")
    expect(app.page.get_by_label("Value of place")).to_have_value("outside")
    app.button("Save as book_table").click()
    expect(app.page.get_by_role("status").filter(has_text="Saved as an example")).to_be_visible()

    app.page.reload()
    expect(app.turns.get_by_role("button", name="flagged opening_hours book_table")).to_be_visible()
    expect(app.row("web-5f3a91")).to_contain_text("terrace")
    admin = logged_in("root", "admin")
    kept = admin.get("/projects/default/training_examples?q=could we sit outside").json[0]
    assert kept["intent"] == "book_table"
    assert ("place", "outside") in [(one["entity"], one["value"]) for one in kept["entities"]]


def test_many_conversations_are_decided_on_at_once_and_taken_back(restaurant):
    app = restaurant

    app.press("j", "x")
    expect(app.page.get_by_label("Select web-5f3a91")).to_be_checked()
    app.press("j")
    expect(app.row("telegram-88123004")).to_be_focused()
    app.press("Shift+X")
    expect(app.page.get_by_text("2 selected")).to_be_visible()
    app.press("Shift+E")
    expect(app.row("telegram-88123004")).to_contain_text("reviewed")
    app.press("u")
    expect(app.row("web-5f3a91")).not_to_contain_text("reviewed")

    app.button("Select", exact=True).click()
    app.page.get_by_label("Select webchat-7781").check()
    app.button("Erase").click()
    app.page.get_by_role("dialog", name="Erase 1 conversation?").get_by_role("button", name="Erase").click()
    expect(app.row("webchat-7781")).to_have_count(0)


def test_a_conversation_becomes_a_story_a_test_and_a_file(restaurant):
    app = restaurant
    open_doubtful(app)

    for name, path in {"story": "/stories?q=web-5f3a91", "test": "/tests"}.items():
        app.press("m")
        chooser(app).fill(name)
        app.press("Enter")
        app.page.get_by_role("dialog").get_by_role("button", name="Save").click()
        expect(app.page.get_by_role("status").filter(has_text=f"{name.title()} saved")).to_be_visible()
        assert "web-5f3a91" in str(logged_in("root", "admin").get(path).json)
    app.press("m")
    with app.page.expect_download() as download:
        app.page.get_by_role("option", name="Download the story").click()

    assert download.value.suggested_filename == "web-5f3a91.yml"


def test_the_inbox_is_worked_through_by_keyboard(inbox):
    app = inbox
    expect(app.page.get_by_role("status").filter(has_text="4 left")).to_be_visible()

    app.press("2", "Control+Enter")
    expect(app.page.get_by_role("status").filter(has_text="Accepted as ask_hours")).to_be_visible()
    expect(app.page.get_by_role("status").filter(has_text="3 left · 1 done today")).to_be_visible()
    app.press("u")
    expect(app.page.get_by_role("button", name="a table for two tonight")).to_have_attribute("aria-current", "true")
    app.press("1", "i")
    chooser(app).fill("ask dogs")
    app.press("Enter")
    expect(app.button("ask_dogs chosen")).to_be_visible()
    app.press("Control+Enter", "j")
    expect(app.page.get_by_role("button", name="are dogs allowed")).to_have_attribute("aria-current", "true")
    app.press("Backspace")
    expect(app.page.get_by_role("button", name="are dogs allowed")).to_have_count(0)

    admin = logged_in("root", "admin")
    app.until(lambda: admin.get("/projects/default/logs").total == 2)
    app.page.reload()
    expect(app.page.get_by_role("list", name="Texts").get_by_role("listitem")).to_have_count(2)
    assert [one["text"] for one in admin.get("/projects/default/training_examples?intent=ask_dogs").json] == [
        "a table for two tonight"
    ]


def test_similar_texts_are_accepted_together_and_the_bot_s_examples_stand_beside_them(inbox):
    app = inbox
    neighbours = app.page.get_by_role("complementary", name="Neighbours")
    expect(neighbours).to_contain_text("book_table")
    expect(neighbours).to_contain_text("a table for three tonight")

    app.press("Shift+Enter")

    expect(app.page.get_by_role("status").filter(has_text="2 texts accepted as book_table")).to_be_visible()
    expect(app.page.get_by_role("list", name="Texts").get_by_role("listitem")).to_have_count(2)
    app.press("u")
    expect(app.page.get_by_role("list", name="Texts").get_by_role("listitem")).to_have_count(4)


def test_training_data_is_searched_changed_and_its_contradictions_and_confusions_are_told(app, monkeypatch):
    monkeypatch.setenv("DATA_BUCKET", "evaluations-of-training-data")
    settings.cache_clear()
    seed_run.concierge()
    seed_run.workshop()
    seed_run.evaluated("20261122-091200-concierge", "evaluations-of-training-data")
    app.press("g", "d")
    table = app.page.get_by_role("table", name="Examples")
    expect(table).to_be_visible()
    expect(app.page.get_by_role("region", name="Suggestions")).to_contain_text("in the last evaluation")

    app.press("n")
    app.page.get_by_label("Text", exact=True).fill("Good Evening")
    app.page.get_by_label("Intent", exact=True).last.fill("goodbye")
    app.button("Save").click()
    expect(app.page.get_by_role("table", name="Conflicts")).to_contain_text("Good Evening")
    app.page.get_by_role("table", name="Conflicts").get_by_role(
        "button", name="Delete “Good Evening”", exact=True
    ).click()
    app.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(app.page.get_by_role("table", name="Conflicts")).to_have_count(0)
    app.page.get_by_label("Search examples").fill("good ev")
    expect(table.get_by_role("row")).to_have_count(2)

    app.page.get_by_role("link", name="Synonyms").click()
    app.button("Edit 2", exact=True).click()
    app.page.get_by_label("What users say, one a line").fill("two\na pair")
    app.page.get_by_role("dialog").get_by_role("button", name="Edit").click()
    expect(app.page.get_by_role("table", name="Synonyms")).to_contain_text("two, a pair")


PAYLOADS = (
    "<img src=x onerror=document.title='xss'>",
    "<script>document.title='xss'</script>",
    "javascript:document.title='xss'",
    '"><svg onload=document.title="xss">',
    "{{constructor.constructor('document.title=`xss`')()}}",
)


def test_what_anybody_writes_is_text_and_nothing_else(app):
    seed_run.concierge()
    now, admin = time.time(), logged_in("root", "admin")
    for number, payload in enumerate(PAYLOADS):
        at, name = now - number * 10, f"{payload}?a#b/../{number}"
        button = {"title": payload, "payload": payload}
        data = {"buttons": [button], "image": payload, "custom": {payload: payload}}
        said = seed.heard(payload, at, {payload: 0.5})
        seed.store(
            (name, [said, rasa.slot(payload, payload, at + 0.5), *seed.answer(payload, at + 1, payload, data=data)])
        )
        example = {"text": f"{payload} {number}", "intent": "greet", "entities": []}
        assert admin.post("/projects/default/training_examples", example).status == 201
        story = f"stories:\n- story: {json.dumps(payload)}\n  steps:\n  - intent: greet\n  - action: utter_greet\n"
        assert admin.send("POST", "/stories", body=story, headers={"Content-Type": "application/yaml"}).status == 201
        made = admin.post(f"/conversations/guest-{number}/tags", [{"value": payload, "color": "3b5bdb"}])
        assert made.status in {201, 404}
    app.go("/conversations")
    expect(app.rows.get_by_role("link")).to_have_count(len(PAYLOADS))

    for number, payload in enumerate(PAYLOADS):
        app.press("j") if number else app.rows.get_by_role("link").first.click()
        expect(app.page.get_by_role("heading", level=2).first).to_have_text(f"{payload}?a#b/../{number}")
        expect(app.turns.get_by_text(payload).first).to_be_visible()
    app.button("Tag", exact=True).click()
    chooser(app).fill(PAYLOADS[0])
    app.press("Enter")
    expect(app.row(PAYLOADS[-1]).get_by_text(PAYLOADS[0], exact=True)).to_be_visible()
    app.go("/inbox")
    for payload in PAYLOADS:
        app.page.get_by_role("list", name="Texts").get_by_text(payload, exact=True).first.click()
        expect(app.page.get_by_role("listbox", name="Words")).to_have_text(payload)
    app.go("/data?q=xss")
    expect(app.page.get_by_role("table", name="Examples").get_by_role("row")).to_have_count(len(PAYLOADS) + 1)

    app.go("/stories")
    for payload in PAYLOADS:
        app.page.get_by_role("list", name="Stories").get_by_text(payload, exact=True).click()
        expect(app.page.get_by_label(f"Text of {payload}")).to_have_value(re.compile(re.escape(json.dumps(payload))))

    assert "xss" not in app.page.title()
    assert app.page.locator("[onerror], [onload], a[href^=javascript]").count() == 0
