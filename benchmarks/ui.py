"""`make bench-ui`: the workbench in a real browser, on an installation of its own with 1,000 conversations.

Key `ui`: `js_gzip_kb`, `first_screen_gzip_kb`, `css_gzip_kb` (what the build makes, and what the list waits for);
`first_list_ms` (median, from the navigation to the first row, nothing cached); `keypress_p95_ms` (from a key to the
next painted frame, 1,000 rows loaded); `annotate_added_ms` (from the key that accepts a message to the next one
painted, mean of 100: what the UI adds; the API's writes go on behind it) and `annotate_written_ms` (from the first key
to the last answer of the API, a message).
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from playwright.sync_api import expect, sync_playwright

from benchmarks.report import write
from tests.browser import seed
from tests.browser.app import App
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.e2e.installation import Installation, eventually
from tests.support.emulator import CREDENTIALS
from tests.support.ui import FOLDER

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from infra.local.api import Api

ROWS, PRESSES, ACCEPTED, LOADS = 1000, 100, 100, 5
EXAMPLES = "/api/projects/default/training_examples"
WATCH = """() => {
  window.presses = [];
  addEventListener("keydown", (event) => event.key === "Control" || requestAnimationFrame(() => setTimeout(() =>
    window.presses.push(performance.now() - event.timeStamp))), true);
  new MutationObserver((_, watcher) => {
    if (!document.querySelector(".rows a")) return;
    watcher.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.firstList = performance.now(); }));
  }).observe(document, { childList: true, subtree: true });
}"""

# not wait_for_function: it evaluates texts, which the page's policy forbids
FIRST = """async () => {
  while (!window.firstList) await new Promise((done) => setTimeout(done, 5));
  return window.firstList;
}"""
NEXT = """async (number) => {
  while (window.presses.length < number) await new Promise((done) => setTimeout(done, 2));
}"""


def main() -> None:
    """Measure and write the figures."""
    place = Installation(Path(tempfile.mkdtemp(prefix="parlance-bench-")) / "state")
    try:
        ran = place.up()
        if ran.code:
            raise SystemExit(ran.text)
        fill(place)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            figures = sizes() | measured(browser, place)
            browser.close()
    finally:
        place.make("down")
        shutil.rmtree(place.state.parent, ignore_errors=True)
    write("ui", figures)
    print(figures)


def fill(place: Installation) -> None:
    """Let a thousand guests have talked, each in words of their own."""
    endpoint = f"http://127.0.0.1:{place.settings['PARLANCE_EMULATOR_PORT']}"
    os.environ.update(CREDENTIALS)
    sqs = boto3.client("sqs", endpoint_url=endpoint)
    queue = sqs.get_queue_url(QueueName="parlance-events")["QueueUrl"]
    now = time.time()
    for number in range(ROWS):
        ranking = {"greet": 0.2 + number / ROWS * 0.7, "goodbye": 0.1}
        told = seed.greeting(f"guest-{number:04}", f"{number} good evenings", now - number, ranking=ranking)
        sqs.send_message(QueueUrl=queue, MessageBody=seed.message(told)["body"])
    api = place.log_in()
    eventually(lambda: count(api) >= ROWS, within=180)


def count(api: Api) -> int:
    """Return how many conversations there are."""
    return len(api.call("GET", f"/api/conversations?limit={ROWS}"))


def sizes() -> dict[str, float]:
    """Return the kilobytes of the bundle as it travels: all of it, and what `index.html` asks for."""
    assets, page = FOLDER / "dist" / "assets", (FOLDER / "dist" / "index.html").read_text()
    kb = {file.stem: file.stat().st_size / 1000 for file in assets.glob("*.gz")}  # as they are served
    first = set(re.findall(r"/assets/([\w-]+\.js)", page))
    return {
        "js_gzip_kb": round(sum(size for name, size in kb.items() if name.endswith(".js")), 1),
        "first_screen_gzip_kb": round(sum(kb[name] for name in first), 1),
        "css_gzip_kb": round(sum(size for name, size in kb.items() if name.endswith(".css")), 1),
    }


def measured(browser: Browser, place: Installation) -> dict[str, float]:
    """Return what a reader and an annotator wait for."""
    token = place.log_in().token
    loads = [first_list(browser, place, token) for _ in range(LOADS)]
    app = opened(browser, place, token)
    figures = {"first_list_ms": round(statistics.median(loads)), **keys(app), **annotation(app)}
    app.close()
    return figures


def opened(browser: Browser, place: Installation, token: str) -> App:
    """Open a window of somebody who is logged in."""
    app = App.open(browser, place, theme="light", size=(1440, 860))
    app.go("/login")
    app.page.evaluate("(token) => localStorage.setItem('parlance.token', token)", token)
    app.page.context.add_init_script(f"({WATCH})()")
    return app


def first_list(browser: Browser, place: Installation, token: str) -> float:
    """Return the milliseconds from the navigation to the list on the screen."""
    app = opened(browser, place, token)
    app.go("/conversations")
    shown = float(app.page.evaluate(FIRST))
    app.close()
    return shown


def keys(app: App) -> dict[str, float]:
    """Walk through a list of a thousand."""
    app.go("/conversations")
    links = app.rows.get_by_role("link")
    expect(links.first).to_be_visible()
    while links.count() < ROWS:
        links.last.scroll_into_view_if_needed()
        app.page.wait_for_timeout(50)
    links.nth(ROWS // 2).click()
    expect(app.turns).to_be_visible()
    return {"keypress_p95_ms": round(statistics.quantiles(pressed(app.page, "j", PRESSES), n=20)[-1], 1)}


def annotation(app: App) -> dict[str, float]:
    """Accept a hundred messages of the inbox, one key each."""
    app.go("/inbox")
    expect(app.page.get_by_role("list", name="Texts")).to_be_visible()
    answers: list[Any] = []
    app.page.on(
        "response", lambda answer: answers.append(answer) if EXAMPLES in answer.url and is_post(answer) else None
    )
    started = time.monotonic()
    added = pressed(app.page, "Control+Enter", ACCEPTED)
    while len(answers) < ACCEPTED:
        app.page.wait_for_timeout(20)
    written = (time.monotonic() - started) * 1000 / ACCEPTED
    wrong = [answer.status for answer in answers if not answer.ok]
    if wrong:
        raise SystemExit(f"the API refused examples: {wrong}")
    return {"annotate_added_ms": round(statistics.mean(added), 1), "annotate_written_ms": round(written, 1)}


def is_post(answer: Any) -> bool:
    """Whether it answers a write."""
    return bool(answer.request.method == "POST")


def pressed(page: Page, key: str, times: int) -> list[float]:
    """Press a key and wait for its frame, again and again; returns the milliseconds of each."""
    page.evaluate("window.presses.length = 0")
    for number in range(1, times + 1):
        page.keyboard.press(key)
        page.evaluate(NEXT, number)
    return [float(one) for one in page.evaluate("window.presses")][:times]


if __name__ == "__main__":
    main()
