"""Long conversations and long lists stay quick."""

from __future__ import annotations

import time
from statistics import median

from playwright.sync_api import expect

from tests.browser import seed
from tests.support import events as rasa

PRESS = """async ([key, shiftKey]) => {
  window.changes = 0;
  const watcher = new MutationObserver((all) => { window.changes += all.length; });
  watcher.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  window.changes += watcher.takeRecords().length;
  watcher.disconnect();
  return window.changes;
}"""
TIMES = 20


def work_a_press(app, key: str) -> tuple[float, float]:
    """How many functions the page calls for a key press, and how much of the page it changes.

    That is the same on every machine; the milliseconds are measured by `make bench-ui`. Of twenty presses the one in
    the middle: some of them meet what the page asks for in between.
    """
    meter = app.page.context.new_cdp_session(app.page)
    meter.send("Profiler.enable")
    meter.send("Profiler.startPreciseCoverage", {"callCount": True, "detailed": False})
    calls, changes = [], []
    for _ in range(TIMES):
        called(meter)
        changes.append(app.page.evaluate(PRESS, [key, key.isupper()]))
        calls.append(called(meter))
    meter.send("Profiler.stopPreciseCoverage")
    return median(calls), median(changes)


def called(meter) -> int:
    """Calls of the bundle's functions since one asked before."""
    scripts = meter.send("Profiler.takePreciseCoverage")["result"]
    ours = [one for script in scripts if "/assets/" in script["url"] for one in script["functions"]]
    return sum(one["ranges"][0]["count"] for one in ours)


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
    calls, changes = work_a_press(app, "J")

    print(f"5,004 events: open {opened:.2f} s, a key press calls {calls} functions and changes {changes} places")
    assert calls < 60_000  # 21,000; nothing of what stays is drawn again
    assert changes < 60  # 19


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
    app.until(lambda: links.last.scroll_into_view_if_needed() or links.count() >= 1000)

    links.nth(500).click()
    expect(app.turns).to_contain_text("hi 500")
    calls, changes = work_a_press(app, "j")

    print(f"1,000 rows: a key press calls {calls} functions and changes {changes} places")
    assert calls < 140_000  # 48,000: each row is looked at, none but two drawn
    assert changes < 20  # 6
