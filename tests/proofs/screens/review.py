"""Reviewing and annotating what users said to the bot meanwhile."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.e2e.installation import eventually
from tests.proofs.screens.stage import PROJECT, fresh

if TYPE_CHECKING:
    from tests.proofs.screens.stage import Stage


def live(stage: Stage) -> None:
    """A conversation appears while one looks."""
    app, name = stage.app, fresh("live")
    app.go("/conversations")
    expect(app.rows).to_be_visible()
    app.page.evaluate("window.sameDocument = true")
    assert eventually(lambda: stage.place.say(name, "when are you open?"))
    expect(app.row("when are you open?").first).to_be_visible()
    assert app.page.evaluate("window.sameDocument") is True
    stage.memory["live"] = name
    stage.saw("Conversations: one from the REST channel appears in the list without a reload")


def filtered(stage: Stage) -> None:
    """A filter is kept under a name; conversations of a model."""
    app, name = stage.app, fresh("opening hours")
    app.go("/conversations?q=when+are+you+open")
    expect(app.row("when are you open?").first).to_be_visible()
    app.button("Filter", exact=True).click()
    app.page.get_by_label("Name for these filters").fill(name)
    app.button("Save", exact=True).click()
    stage.told(f"Filter {name} saved")
    app.go("/conversations")
    app.button("Filter", exact=True).click()
    app.page.get_by_role("link", name=name).click()
    expect(app.page).to_have_url(re.compile("q=when"))
    expect(app.row("when are you open?").first).to_be_visible()
    stage.saw("Conversations: a filter saved under a name, taken up again from an unfiltered list")
    app.go("/conversations")
    app.button("Filter", exact=True).click()
    menu = app.page.get_by_label("Model", exact=True)
    expect(menu.get_by_role("option").nth(1)).to_be_attached()
    model = menu.get_by_role("option").nth(1).inner_text()
    menu.select_option(index=1)
    expect(app.page).to_have_url(re.compile("model="))
    expect(app.button(f"Remove filter: model {model}")).to_be_attached()
    expect(app.rows.get_by_role("link").first).to_be_visible()
    stage.saw("Conversations: filtered by the model that answered")


def decided(stage: Stage) -> None:
    """A decision and its way back."""
    app, name = stage.app, stage.memory["live"]
    app.go(f"/conversations/{name}")
    expect(app.turns).to_contain_text("when are you open?")
    app.press("e")
    expect(app.page.locator(f'a[href*="{name}"]').first).to_contain_text("reviewed")
    app.button("Undo").last.click()
    expect(app.page.locator(f'a[href*="{name}"]').first).not_to_contain_text("reviewed")
    stage.saw("Conversations: reviewed with e, taken back by the toast's Undo")


def made(stage: Stage) -> None:
    """A test, a file, and the end of a conversation."""
    app, name = stage.app, stage.memory["live"]
    app.go(f"/conversations/{name}")
    app.button("More", exact=True).click()
    stage.choose("Make an end-to-end test")
    assert "user: |" in stage.dialog.get_by_label("YAML").input_value()
    stage.confirm("Save")
    stage.told("Test saved")
    stage.saw("Conversations: an end-to-end test made of it")
    app.button("More", exact=True).click()
    with app.page.expect_download() as told:
        stage.choose("Download the events")
    events = json.loads(Path(told.value.path()).read_text())["events"]
    assert "when are you open?" in [one.get("text") for one in events]
    stage.saw(f"Conversations: downloaded as {told.value.suggested_filename.rsplit('.')[-1]}, {len(events)} events")
    app.button("More", exact=True).click()
    stage.choose("Erase the conversation")
    stage.confirm("Erase")
    stage.told(f"{name} was erased")
    receipt = next(one for one in stage.api.call("GET", "/api/erasures") if name in json.dumps(one))
    assert receipt["removed"], receipt
    stage.saw(f"Conversations: erased; the receipt (API) says {json.dumps(receipt['removed'])}")


def annotated(stage: Stage) -> None:
    """The inbox: one text, many alike, and back."""
    app = stage.app
    texts = [
        "could we sit outside tonight",
        "could we sit outside today",
        "could we sit outside now",
        "are dogs allowed",
    ]
    for text in texts:
        assert eventually(lambda text=text: stage.place.say(fresh("inbox"), text))
    waits = f"{PROJECT}/logs?q=outside"
    app.until(lambda: len(stage.api.call("GET", waits)) == len(texts) - 1)
    app.go("/inbox?q=outside")
    rows = app.page.get_by_role("list", name="Texts").get_by_role("button")
    expect(rows).to_have_count(3)
    app.button("Another intent").click()
    stage.choose("ask_hours")
    app.button("Accept all 3").click()
    expect(rows).to_have_count(0)
    stage.saw("Inbox: three texts alike accepted at once as ask_hours")
    app.until(lambda: not stage.api.call("GET", waits))
    app.button("Undo").last.click()
    expect(rows).to_have_count(3)
    app.until(lambda: len(stage.api.call("GET", waits)) == len(texts) - 1)
    stage.saw("Inbox: all three taken back by Undo")
    app.go("/inbox?q=dogs")
    expect(rows).to_have_count(1)
    app.button("Another intent").click()
    stage.choose("ask_hours")
    app.press("Control+Enter")
    expect(rows).to_have_count(0)
    kept = f"{PROJECT}/training_examples?q=are+dogs+allowed"
    app.until(lambda: [one["intent"] for one in stage.api.call("GET", kept)] == ["ask_hours"])
    stage.saw("Inbox: one accepted by Ctrl+Enter, it is an example of ask_hours")


def advised(stage: Stage) -> None:
    """The training data judged: a conflict made by hand is shown, and an intent with too few examples."""
    app = stage.app
    files = stage.api.call("GET", f"{PROJECT}/files")["files"]
    path = next(path for path, text in files.items() if "intent: ask_hours" in text and path.endswith("nlu.yml"))
    said = {"thank": "are dogs allowed", "ask_dogs": "may dogs come"}
    more = "".join(f"  - intent: {intent}\n    examples: |\n      - {text}\n" for intent, text in said.items())
    domain = files["domain.yml"].replace("intents:\n", "intents:\n  - ask_dogs\n", 1)
    if "ask_dogs" not in files["domain.yml"]:
        changed = {**files, path: files[path].rstrip("\n") + "\n" + more, "domain.yml": domain}
        stage.api.call("PUT", f"{PROJECT}/files", {"files": changed})
    app.go("/data")
    clash = stage.table("Conflicts").get_by_role("row").filter(has_text="are dogs allowed")
    expect(clash).to_have_count(2)
    stage.saw("Training data: one text under two intents (thank, ask_hours) stands under Conflicts")
    expect(app.page.get_by_role("listitem").filter(has_text="ask_dogs 1 of at least 10 examples")).to_be_visible()
    stage.saw("Training data: suggestion 'ask_dogs 1 of at least 10 examples'")


SCENES = [live, filtered, decided, made, annotated, advised]
