"""Keys that follow each other faster than the browser tells of what they did: none is lost, none goes elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import seed

if TYPE_CHECKING:
    from tests.browser.app import App

LATE = """() => {
window.late = 0;
const show = HTMLDialogElement.prototype.showModal;
HTMLDialogElement.prototype.showModal = function () {
  this.addEventListener("close", (event) => {
    if (!event.isTrusted) return;
    event.stopImmediatePropagation();
    setTimeout(() => { this.dispatchEvent(new Event("close")); window.late += 1; }, 500);
  }, true);
  show.call(this);
};
}"""
"""A busy browser: it says only after a while that it has closed a dialog."""


@pytest.fixture
def opened(visit, people) -> App:
    """A conversation, with all of its tools."""
    seed.store(*seed.restaurant())
    app = visit()
    app.log_in("ada", path="/conversations")
    app.row("web-5f3a91").click()
    expect(app.button("Flag the message")).to_be_visible()
    return app


@pytest.mark.parametrize(
    ("keys", "last"),
    [(("?", "Control+k"), "Screen or action"), (("t", "m"), "What to make of it"), (("t", "t"), "Tag")],
)
def test_a_dialog_that_follows_another_at_once_stays(opened: App, keys: tuple[str, str], last: str):
    first, second = keys
    opened.page.evaluate(LATE)
    opened.press(first)
    expect(opened.page.get_by_role("dialog")).to_be_visible()

    opened.press("Escape", second)

    expect(opened.page.get_by_role("dialog", name=last)).to_be_visible()
    opened.page.wait_for_function("() => window.late === 1")
    expect(opened.page.get_by_role("dialog", name=last)).to_be_visible()


def test_what_is_typed_after_the_key_that_opens_the_palette_goes_into_it(opened: App):
    opened.press("Control+k", *"settings")

    expect(opened.page.get_by_role("combobox", name="Screen or action")).to_have_value("settings")
    expect(opened.row("web-5f3a91")).not_to_contain_text("reviewed")
