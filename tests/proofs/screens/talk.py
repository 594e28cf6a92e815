"""Talking: to the bot, step by step, and as a guest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.app import App
from tests.proofs.screens.stage import Stage, fresh

if TYPE_CHECKING:
    from playwright.sync_api import WebSocket

MENU = "Today: pumpkin soup"
HELLO = "This is the concierge"
BYE = "Goodbye, and see you soon."


def answered(stage: Stage) -> None:
    """A message is answered, and beside it stands why."""
    app = stage.app
    app.go("/talk")
    expect(app.page.get_by_role("status").filter(has_text="is ready").first).to_be_visible()
    stage.say("/restart")
    stage.say("what is on the menu?")
    expect(app.turns.get_by_text(MENU).last).to_be_visible()
    expect(app.facts).to_contain_text("ask_menu")
    expect(app.facts.get_by_role("heading", name="Slots at this turn")).to_be_visible()
    expect(app.facts).to_contain_text(re.compile(r"Policy chose utter_menu \(\d\.\d\d\)"))
    stage.saw("Talk: 'what is on the menu?' answered; beside it ask_menu, the slots, 'Policy chose utter_menu (n.nn)'")
    app.turns.get_by_role("button", name="Yes, please").last.click()
    expect(app.turns.get_by_text("For how many people?").last).to_be_visible()
    expect(app.turns.get_by_role("button", name="Four")).to_be_visible()
    stage.saw("Talk: the bot's button 'Yes, please' pressed, the form asks 'For how many people?'")
    app.turns.get_by_role("button", name="Four").click()
    expect(app.facts).to_contain_text("party_size")
    expect(app.facts.get_by_text("new", exact=True).first).to_be_visible()
    stage.saw("Talk: a button with an entity fills the slot party_size, marked new")


def again(stage: Stage) -> None:
    """Arrow-up, restart, another user."""
    app, field = stage.app, stage.app.page.get_by_label("Message", exact=True)
    field.focus()
    for _ in range(10):
        app.press("ArrowUp")
        if field.input_value() == "what is on the menu?":
            break
    expect(field).to_have_value("what is on the menu?")
    field.fill("")
    stage.saw("Talk: arrow-up brings back 'what is on the menu?'")
    stage.free()
    app.press("r")
    expect(app.turns.get_by_text(re.compile("^Restarted")).last).to_be_visible()
    stage.saw("Talk: r restarts, 'Restarted' stands in the talk")
    stage.free()
    app.press("n")
    expect(app.page.get_by_role("heading", name="Say something to the bot")).to_be_visible()
    assert app.path.startswith(f"/talk/{stage.place.user}-")
    stage.say("a table for 4 people please")
    expect(app.turns.get_by_text(re.compile("At what time|For how many")).last).to_be_visible()
    stage.memory["old"] = stage.here
    stage.saw("Talk: n begins as a new user, whom the bot answers")


def led(stage: Stage) -> None:
    """Interactive learning: understand, act, act otherwise, edit, keep as a story."""
    app = stage.app
    app.go(f"/talk/{fresh('led')}")
    expect(app.page.get_by_role("heading", name="Say something to the bot")).to_be_visible()
    app.button("Lead").click()
    lead = app.page.get_by_role("region", name="Next action")
    expect(lead).to_contain_text("Say something as the user")
    stage.say("good evening to you")
    stage.choose("goodbye")
    offer = lead.get_by_role("button")
    expect(offer.filter(has_text="utter_goodbye")).to_be_visible()
    stage.saw("Lead: a message's intent corrected to goodbye, the ranking of actions offered")
    offer.filter(has_text="utter_goodbye").click()
    expect(app.turns.get_by_text(BYE)).to_be_visible()
    stage.saw("Lead: utter_goodbye chosen from the ranking, the bot says it")
    offer.filter(has_text="another action").click()
    stage.choose("utter_iamabot")
    expect(app.turns.get_by_text("I am a bot")).to_be_visible()
    stage.saw("Lead: another action, utter_iamabot, chosen and said")
    offer.filter(has_text="edit what happened").click()
    stage.dialog.get_by_label("“good evening to you” means", exact=True).fill("greet")
    stage.dialog.get_by_label("the bot does", exact=True).first.fill("utter_greet")
    stage.dialog.get_by_label("Keep: the bot does utter_iamabot").uncheck()
    stage.confirm("Go on from there")
    expect(app.turns.get_by_text(re.compile("^Restarted"))).to_be_visible()
    expect(app.facts.get_by_label("Story so far")).to_contain_text("- intent: greet")
    expect(app.facts.get_by_label("Story so far")).not_to_contain_text("utter_iamabot")
    stage.saw(
        "Lead: an event edited (it means greet, the bot does utter_greet) and another taken out, the talk goes on"
    )
    offer.filter(has_text="another action").click()
    stage.choose("action_listen")
    expect(lead).to_contain_text("Say something as the user")
    name = stage.here
    app.go(f"/conversations/{name}")
    app.button("More", exact=True).click()
    stage.choose("Make a story")
    text = stage.dialog.get_by_label("YAML").input_value()
    assert "intent: greet" in text, text
    assert "utter_iamabot" not in text, text
    stage.confirm("Save")
    stage.told("Story saved")
    app.go("/stories")
    expect(app.page.get_by_role("link").filter(has_text=name).first).to_be_visible()
    stage.saw("Lead: saved as a story, which stands in Stories")


def led_on(stage: Stage) -> None:
    """An old conversation goes on step by step."""
    app, old = stage.app, stage.memory["old"]
    app.go(f"/conversations/{old}")
    app.button("More", exact=True).click()
    stage.choose("Go on from here")
    expect(app.page).to_have_url(re.compile("/talk/"))
    expect(app.page.get_by_role("region", name="Next action")).to_be_visible()
    expect(app.turns).to_contain_text("a table for 4 people please")
    assert stage.here != old
    stage.saw("Lead: an old conversation goes on step by step in a copy of its own")


def shared(stage: Stage) -> None:
    """A guest talks by the link until it is revoked."""
    app = stage.app
    app.go("/settings/share")
    app.button("Share", exact=True).click()
    stage.dialog.get_by_label("Name of the bot").fill("The concierge")
    stage.confirm("Share")
    link = app.page.get_by_label("Link for guests").input_value()
    guest, frames = App.open(stage.browser, stage.place, theme="light", size=(900, 800)), []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.append(str(frame)))

    guest.page.on("websocket", listen)
    guest.go(link.removeprefix(stage.place.url))
    expect(guest.page.get_by_role("heading", name="The concierge")).to_be_visible()
    guest.page.get_by_label("Message", exact=True).fill("what is on the menu?")
    guest.press("Enter")
    expect(guest.page.get_by_text(MENU)).to_be_visible()
    stage.saw("Share link: made in the settings; a guest in another context talks and is answered")
    guest.until(lambda: any("message_sent" in frame for frame in frames))
    stage.saw("Share link: the guest's page was told of it by a WebSocket frame (message_sent)")
    app.button("Revoke the link").click()
    stage.confirm("Revoke")
    expect(app.page.get_by_text("The bot is not shared.")).to_be_visible()
    guest.page.get_by_label("Message", exact=True).fill("and what is for dessert?")
    guest.press("Enter")
    expect(guest.page.get_by_role("heading", name="This link does not work")).to_be_visible()
    stage.saw("Share link: revoked; the guest's next message is refused, the page says that the link has ended")
    guest.close()


SCENES = [answered, again, led, led_on, shared]
