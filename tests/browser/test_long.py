"""Long conversations and long lists stay quick."""

from __future__ import annotations

import time

from playwright.sync_api import expect

from tests.browser import seed
from tests.support import events as rasa

PRESS = """async ([key, shiftKey, times]) => {
  for (let i = 0; i < times; i++) {
    dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }
}"""
TIMES = 20
ALLOWED_MS = 500
"""A quick machine needs a tenth; what it takes is measured by `make bench-ui`."""


def milliseconds_a_press(app, key: str) -> float:
    """What the page's thread works for one key press, drawing included; waiting for a busy machine does not count."""
    meter = app.page.context.new_cdp_session(app.page)
    meter.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = worked(meter)
    app.page.evaluate(PRESS, [key, key.isupper(), TIMES])
    return (worked(meter) - before) * 1000 / TIMES


def worked(meter) -> float:
    metrics = meter.send("Performance.getMetrics")["metrics"]
    return next(one["value"] for one in metrics if one["name"] == "TaskDuration")


def exchange(number: int, at: float) -> list[dict]:
    said = seed.heard(f"message number {number}", at, {"inform": 0.5 + number % 50 / 100, "deny": 0.1})
    did = [rasa.slot("count", number, at + 0.01), rasa.slot("other", number % 7, at + 0.02)]
    return [said, *seed.answer("utter_next", at + 0.03, f"answer {number}", does=did)]


def test_a_conversation_of_5000_events_stays_smooth(app):
    now = time.time()
    for start in range(0, 834, 100):
        events = [event for i in range(start, min(start + 100, 834)) for event in exchange(i, now - 9000 + i * 10)]
        rasa.store(rasa.turn("marathon", int(events[0]["timestamp"] * 1000), events))

    started = time.monotonic()
    app.go("/conversations/marathon")
    expect(app.page.get_by_text("834 turns")).to_be_visible()
    opened = time.monotonic() - started
    press = milliseconds_a_press(app, "J")

    print(f"5,004 events: open {opened:.2f} s, key press {press:.0f} ms")
    assert press < ALLOWED_MS


def test_a_key_press_answers_at_once_with_1000_rows_loaded(app):
    now = time.time()
    guests = [
        rasa.turn(f"guest-{i:04}", int(now * 1000) + i, [seed.heard(f"hi {i}", now - i, {"greet": 0.9})])
        for i in range(1000)
    ]
    rasa.store(*guests)
    app.go("/conversations")
    links = app.rows.get_by_role("link")
    expect(links.first).to_be_visible()
    while links.count() < 1000:
        links.last.scroll_into_view_if_needed()
        app.page.wait_for_timeout(100)

    links.nth(500).click()
    expect(app.turns).to_contain_text("hi 500")
    press = milliseconds_a_press(app, "j")

    print(f"1,000 rows: key press {press:.0f} ms")
    assert press < ALLOWED_MS
