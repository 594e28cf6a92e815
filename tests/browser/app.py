"""A window on the workbench, with the words that the stories are told in."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tests.support import ui
from tests.support.installation import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Locator, Page

AXE = ui.FOLDER / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = Path(__file__).parents[2] / "docs" / "screens"
QUICK = 120_000
"""Milliseconds that anything may take here: no measurement, the machine may be slow and busy."""
SLOWER = float(os.environ.get("PARLANCE_SLOW", "1"))
"""How many times slower the page's processor is: shows what depends on a quick one."""
EXPECTED = re.compile(r"Failed to load resource")
"""The browser's own note on every answer of 4xx and 5xx, which some stories provoke."""


class Address(Protocol):
    """Where the workbench is."""

    @property
    def url(self) -> str:
        """Without a trailing slash."""


@dataclass
class App:
    """One window of its own, with its own storage."""

    page: Page
    server: Address
    errors: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, browser: Browser, server: Address, *, theme: str, size: tuple[int, int]) -> App:
        """Open an empty window."""
        context = browser.new_context(
            base_url=server.url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=theme,
            locale="en-GB",
            timezone_id="Europe/Berlin",
            permissions=["clipboard-write"],
            bypass_csp=False,
        )
        context.set_default_timeout(QUICK)
        app = cls(context.new_page(), server)
        if SLOWER > 1:
            context.new_cdp_session(app.page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        app.page.on("pageerror", lambda error: app.errors.append(str(error)))
        app.page.on("console", app._note)
        return app

    def _note(self, message: Any) -> None:
        if message.type == "error" and not EXPECTED.search(message.text):
            self.errors.append(message.text)

    def close(self) -> None:
        """Close the window and all that it kept."""
        self.page.context.close()

    def go(self, path: str) -> None:
        """Open an address."""
        self.page.goto(path)

    def log_in(self, username: str, password: str = PASSWORD, *, path: str = "/") -> None:
        """Fill in the form that appears at `path`."""
        self.go(path)
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_role("textbox", name="Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()

    def carry(self, token: str) -> None:
        """Be logged in by a token, and see the first screen."""
        self.go("/login")
        self.page.evaluate("(token) => localStorage.setItem('parlance.token', token)", token)
        self.go("/")

    def press(self, *keys: str) -> None:
        """Press keys one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def until(self, question: Callable[[], Any]) -> None:
        """Wait until it is so, whatever the page shows by then: what one decides is drawn before it is written."""
        end = time.monotonic() + QUICK / 1000
        while not question():
            assert time.monotonic() < end, "it never was so"
            self.page.wait_for_timeout(100)

    @property
    def path(self) -> str:
        """Where the window is, query included."""
        return self.page.url.removeprefix(self.server.url)

    def row(self, name: str) -> Locator:
        """A conversation of the list, by a part of its text."""
        return self.rows.get_by_role("link").filter(has_text=name)

    @property
    def rows(self) -> Locator:
        """The list."""
        return self.page.get_by_role("list", name="Conversations")

    @property
    def turns(self) -> Locator:
        """What was said."""
        return self.page.get_by_role("list", name="Turns")

    @property
    def facts(self) -> Locator:
        """The right column."""
        return self.page.get_by_role("complementary", name="Selected turn")

    @property
    def problem(self) -> Locator:
        """What the log-in form says went wrong."""
        return self.page.get_by_role("main").get_by_role("alert")

    def button(self, name: str, **options: Any) -> Locator:
        """Any button."""
        return self.page.get_by_role("button", name=name, **options)

    def violations(self) -> list[str]:
        """What axe finds on the screen as it is now, one line each."""
        # evaluated, not added as a tag: the page's policy allows no scripts but its own
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(
            "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        return [
            f"{one['id']}: {node['target']} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"]
        ]

    def picture(self, name: str) -> None:
        """Keep a picture of the screen for the documentation."""
        SCREENS.mkdir(exist_ok=True)
        self.page.wait_for_timeout(300)
        self.page.screenshot(path=SCREENS / f"{name}.png")
