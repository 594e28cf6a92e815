"""Every screen, light and dark: axe finds nothing; pictures for the documentation where they are asked for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import seed

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


@pytest.fixture(params=["light", "dark"])
def theme(request) -> str:
    return request.param


def test_every_screen_is_accessible(visit, people, theme, wants_screens):
    seed.store(*seed.restaurant())
    app = visit(theme=theme)
    look = Look(app, theme, wants_pictures=wants_screens)

    app.log_in("ada", "wrong", path="/conversations")
    expect(app.problem).not_to_be_empty()
    look.at("log-in")
    app.log_in("ada", path="/conversations")
    expect(app.row("web-5f3a91")).to_be_visible()
    look.at("conversations-list")
    app.row("web-5f3a91").click()
    expect(app.facts).to_contain_text("Story so far")
    look.at("conversations", keep=False)
    app.press("e")
    expect(app.page.get_by_role("status").filter(has_text="marked reviewed")).to_be_visible()
    look.at("conversations-reviewed")
    app.button("Dismiss").click()
    for name in ("ضيف-٢٣", "webchat-7781", "whatsapp"):
        app.row(name).click()
        expect(app.page.get_by_role("heading", level=2).first).to_contain_text(name)
        look.at(f"conversations-{'rtl' if name.startswith('ض') else 'payload' if name.startswith('web') else 'long'}")
    assert not look.found, look.told()


def test_everything_that_opens_is_accessible(visit, people, theme, wants_screens):
    seed.store(*seed.restaurant())
    app = visit(theme=theme)
    look = Look(app, theme, wants_pictures=wants_screens)
    app.log_in("ada", path="/conversations?below=0.7")
    expect(app.row("web-5f3a91")).to_be_visible()

    app.press("?")
    look.at("keys")
    app.press("Escape")
    app.button("Filter", exact=True).click()
    expect(app.page.get_by_label("Channel")).to_contain_text("telegram")
    look.at("filter")
    app.press("Escape")
    app.button("Account: ada").click()
    look.at("account")
    app.press("Escape")
    app.go("/conversations?q=zzz")
    expect(app.page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    look.at("nothing-matches")
    app.go("/nowhere")
    look.at("not-found")
    assert not look.found, look.told()


def test_talk_is_accessible(visit, people, theme, wants_screens):
    app = visit(theme=theme)
    look = Look(app, theme, wants_pictures=wants_screens)
    app.log_in("ada", path="/talk")
    expect(app.page.get_by_role("heading", name="Say something to the bot")).to_be_visible()
    look.at("talk-empty")
    seed.store(seed.booking("ada", time.time() - 700))
    app.page.get_by_label("Message", exact=True).fill("for tonight")
    app.press("Enter")
    expect(app.page.get_by_role("alert").filter(has_text="Not sent.")).to_be_visible()
    expect(app.turns).to_contain_text("For which day shall I book?")
    look.at("talk-not-ready")
    assert not look.found, look.told()


def test_a_tablet_shows_list_and_conversation_in_turns(visit, people, theme, wants_screens):
    seed.store(*seed.restaurant())
    app = visit(theme=theme, size=TABLET)
    look = Look(app, theme, wants_pictures=wants_screens)
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


def test_the_theme_that_was_chosen_stays(app):
    app.button("Account: ada").click()
    app.page.get_by_label("Dark").check()
    app.page.reload()

    assert app.page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
