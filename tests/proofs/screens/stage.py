"""What every scene has at hand: an installation, its administrator's window, and a way to say what it saw."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.browser.app import App

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator

    from infra.local.api import Api
    from tests.proofs.killed_installation import Victim

PROJECT = "/api/projects/default"
LONG = 900_000
"""Milliseconds that a training or an evaluation may take."""


@dataclass
class Stage:
    """A browser's window over a running installation."""

    place: Victim
    browser: Browser
    folder: Path
    app: App
    api: Api
    memory: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def open(cls, place: Victim, browser: Browser, folder: Path) -> Stage:
        """Log in by the form."""
        app = App.open(browser, place, theme="light", size=(1440, 860))
        app.log_in(place.user, place.password)
        expect(app.page.get_by_role("navigation", name="Rooms")).to_be_visible()
        return cls(place, browser, folder, app, place.log_in())

    def saw(self, what: str) -> None:
        """Print one line of what was asserted."""
        print(f"  saw: {what}", flush=True)

    def say(self, text: str) -> None:
        """Write a message where one talks."""
        self.app.page.get_by_label("Message", exact=True).fill(text)
        self.app.press("Enter")

    def choose(self, name: str) -> None:
        """Take what is named like this from the list that lies over the page."""
        self.dialog.get_by_role("combobox").fill(name)
        expect(self.dialog.get_by_role("option").first).to_contain_text(name)
        self.app.press("Enter")

    def confirm(self, verb: str) -> None:
        """Press the button of the question, which goes when it is done."""
        self.dialog.get_by_role("button", name=verb, exact=True).last.click()
        expect(self.dialog).to_have_count(0)

    def table(self, name: str) -> Locator:
        """Return a table by its name."""
        return self.app.page.get_by_role("table", name=name, exact=True)

    def told(self, text: str) -> None:
        """Wait for a note at the window's edge."""
        expect(self.app.page.get_by_role("status").filter(has_text=text).first).to_be_visible()

    @property
    def dialog(self) -> Locator:
        """What lies over the page."""
        return self.app.page.get_by_role("dialog")

    @property
    def here(self) -> str:
        """Name of the conversation that the address names."""
        return self.app.path.split("?")[0].rsplit("/", 1)[-1]

    def free(self) -> None:
        """Leave the text field, so that single keys work."""
        self.app.press("Escape")


def fresh(word: str) -> str:
    """Return a name that nothing has yet."""
    return f"{word}-{int(time.time())}"
