"""Keys that follow each other faster than the browser tells of what they did: none is lost, none goes elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


FOLLOWING = {("?", "Control+k"): "Screen or action", ("t", "m"): "What to make of it", ("t", "t"): "Tag"}
"""Keys of two dialogs, and the name of the second one."""


def test_a_key_that_follows_another_at_once_does_its_own(visit, people):
    seed.store(*seed.restaurant())
    app = visit()
    app.log_in("ada", path="/conversations")
    app.row("web-5f3a91").click()
    expect(app.button("Flag the message")).to_be_visible()
    app.page.evaluate(LATE)

    for keys, last in FOLLOWING.items():
        a_dialog_stays(app, *keys, last)

    app.press("Control+k", *"settings")  # what is typed goes into what opens
    expect(app.page.get_by_role("combobox", name="Screen or action")).to_have_value("settings")
    expect(app.row("web-5f3a91")).not_to_contain_text("reviewed")


def a_dialog_stays(app: App, first: str, second: str, last: str) -> None:
    """It does not take the end of the dialog before it for its own."""
    app.press(first)
    expect(app.page.get_by_role("dialog")).to_be_visible()
    app.press("Escape", second)
    expect(app.page.get_by_role("dialog", name=last)).to_be_visible()
    app.page.wait_for_function("() => window.late === 1")
    expect(app.page.get_by_role("dialog", name=last)).to_be_visible()
    app.press("Escape")
    app.page.wait_for_function("() => window.late === 2")
    expect(app.page.get_by_role("dialog")).to_have_count(0)
    app.page.evaluate("() => { window.late = 0; }")
