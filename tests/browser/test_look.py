"""Every screen, light and dark: axe finds nothing; pictures for the documentation where they are asked for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import look_run, seed

if TYPE_CHECKING:
    from tests.browser.app import App

TABLET = (820, 1180)


class Look:
    """Checks the screen as it is, and keeps a picture of it; those with a bot behind are taken by pictures.py."""

    def __init__(self, app: App, theme: str, *, wants_pictures: bool) -> None:
        self.app, self.theme, self.wants_pictures = app, theme, wants_pictures
        self.found: dict[str, list[str]] = {}

    def at(self, name: str, *, keep: bool = True) -> None:
        # colours on the way from one to another are nobody's colours
        self.app.page.evaluate(
            "document.getAnimations().forEach((one) => one.effect.getTiming().iterations === 1 && one.finish())"
        )
        if self.wants_pictures and keep:
            self.app.picture(f"{name}-{self.theme}")
        violations = self.app.violations()
        if violations:
            self.found[name] = violations

    def told(self) -> str:
        return "\n".join(f"{name}: {one}" for name, ones in self.found.items() for one in ones)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_screen_is_accessible(visit, people, theme, wants_screens):
    seed.store(*seed.restaurant())
    seed.store(seed.booking("ada", time.time() - 800))
    app = visit(theme=theme)
    look = Look(app, theme, wants_pictures=wants_screens)
    conversations(app, look)
    over(app, look)
    talk(app, look)
    look_run.walk(app, look)
    teaching(app, look)
    assert not look.found, look.told()


def conversations(app: App, look: Look) -> None:
    """The front page, the list, conversations of all kinds."""
    app.log_in("ada", "wrong", path="/conversations")
    expect(app.problem).not_to_be_empty()
    look.at("log-in")
    app.log_in("ada", path="/conversations")
    expect(app.row("web-5f3a91")).to_be_visible()
    look.at("conversations-list")
    app.row("web-5f3a91").click()
    expect(app.button("Flag the message")).to_be_visible()
    app.press("f", "2")
    expect(app.row("web-5f3a91")).to_contain_text("flagged")
    look.at("conversations-corrected")
    expect(app.button("Make an example")).to_be_visible()  # it comes with a second file
    app.press("a")
    expect(app.button("Cancel", exact=True)).to_be_visible()
    look.at("conversations-example", keep=False)
    app.press("Escape", "e")
    expect(app.page.get_by_role("status").filter(has_text="marked reviewed")).to_be_visible()
    for name in ("ضيف-٢٣", "webchat-7781", "whatsapp"):
        app.row(name).click()
        expect(app.page.get_by_role("heading", level=2).first).to_contain_text(name)
        look.at(f"conversations-{'rtl' if name.startswith('ض') else 'payload' if name.startswith('web') else 'long'}")


def over(app: App, look: Look) -> None:
    """What lies over the rooms, and what stands where nothing is."""
    app.button("Select", exact=True).click()
    app.page.get_by_label("Select web-5f3a91").check()
    look.at("conversations-select")
    for key, name in {"?": "keys", "Control+k": "palette", "t": "tag", "m": "more"}.items():
        app.press(key)
        expect(app.page.get_by_role("dialog")).to_be_visible()
        look.at(name, keep=name in {"keys", "palette"})
        app.press("Escape")
        expect(app.page.get_by_role("dialog")).to_have_count(0)
    app.go("/conversations?below=0.7")
    app.button("Filter", exact=True).click()
    expect(app.page.get_by_label("Channel")).to_contain_text("telegram")
    look.at("filter")
    app.press("Escape")
    app.button("Account: ada").click()
    look.at("account")
    app.press("Escape")
    app.go("/conversations?q=zzz")
    expect(app.page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    look.at("nothing-matches", keep=False)
    app.go("/nowhere")
    look.at("not-found", keep=False)


def talk(app: App, look: Look) -> None:
    """Talking to a bot that is not ready, and what a guest sees."""
    app.go("/talk")
    app.page.get_by_label("Message", exact=True).fill("for tonight")
    app.press("Enter")
    expect(app.page.get_by_role("alert").filter(has_text="Not sent.")).to_be_visible()
    expect(app.turns).to_contain_text("For which day shall I book?")
    look.at("talk-not-ready")


def teaching(app: App, look: Look) -> None:
    """The inbox and the training data of the project that is here by now."""
    for path, shown in {
        "/inbox": "Nearest examples",
        "/data": "good afternoon",
        "/data/synonyms": "What users say",
    }.items():
        app.go(path)
        expect(app.page.get_by_text(shown).first).to_be_visible()
        app.page.wait_for_load_state("networkidle")
        look.at(path.strip("/").replace("/", "-"))
    app.go("/data/lookups")
    expect(app.page.get_by_text("There are none yet.")).to_be_visible()
    look.at("data-lookups", keep=False)
    app.go("/guest/nobody")
    expect(app.page.get_by_role("heading", name="This link does not work")).to_be_visible()
    look.at("guest-refused", keep=False)


def test_a_tablet_shows_list_and_conversation_in_turns(visit, people, wants_screens):
    seed.store(*seed.restaurant())
    app = visit(size=TABLET)
    look = Look(app, "light", wants_pictures=wants_screens)
    app.log_in("ada", path="/conversations")

    expect(app.row("web-5f3a91")).to_be_visible()
    look.at("tablet-list")
    app.row("web-5f3a91").click()
    expect(app.turns).to_contain_text("good evening")
    expect(app.rows).to_be_hidden()
    expect(app.facts).to_be_hidden()
    app.press("d")
    expect(app.facts).to_contain_text("opening_hours")
    look.at("tablet-conversation")
    app.facts.get_by_role("button", name="Close").click()
    app.page.get_by_role("link", name="Back to the list").click()
    expect(app.row("web-5f3a91")).to_be_visible()
    assert not look.found, look.told()
