"""Takes the pictures of Talk from a running installation, real Rasa included: the tests here have none.

`PARLANCE_PASSWORD=... python -m tests.browser.pictures [http://localhost:5002] [admin]`
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.app import QUICK, App
from tests.browser.conftest import ARGUMENTS, CHROMIUM

SAID = ("good evening", "what is on the menu?", "a table for 4 people please", "around noon")


@dataclass
class Installation:
    """What App needs to know of a server."""

    url: str


def talk(browser: Browser, installation: Installation, username: str, theme: str) -> None:
    """Say some things as somebody new, and keep the picture when the bot has answered all of them."""
    app = App.open(browser, installation, theme=theme, size=(1440, 860))
    app.log_in(username, os.environ["PARLANCE_PASSWORD"], path="/talk")
    app.page.get_by_label("Message", exact=True).press("Escape")
    app.press("n")
    for text in SAID:
        app.page.get_by_label("Message", exact=True).fill(text)
        app.press("Enter")
        expect(app.turns.get_by_text(text, exact=True)).to_be_visible()
    expect(app.facts).to_contain_text("slot_was_set")
    app.picture(f"talk-{theme}")
    app.close()


def main(url: str = "http://localhost:5002", username: str = "admin") -> None:
    """Take both pictures."""
    expect.set_options(timeout=QUICK)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for theme in ("light", "dark"):
            talk(browser, Installation(url), username, theme)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
