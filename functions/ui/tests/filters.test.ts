import assert from "node:assert/strict";
import { test } from "node:test";
import {
  FIELDS,
  apiQuery,
  chips,
  isNarrowed,
  readFilters,
  withFilter,
  without,
  writeFilters,
} from "../src/model/filters.ts";
import type { Filters } from "../src/model/filters.ts";
import { conversationsUrl, loginUrl, readRoute, talkUrl } from "../src/model/route.ts";

const FULL: Filters = {
  status: "unread",
  below: "0.7",
  channel: "my channel",
  intent: "ask/x&y",
  q: "caf\u00e9 100%",
  sort: "confidence",
};

const read = (url: string) => {
  const { pathname, search } = new URL(url, "http://x");
  return readRoute(pathname, search);
};

test("filters survive the way through an address", () => {
  assert.deepEqual(readFilters(writeFilters(FULL)), FULL);
  assert.equal(writeFilters({}), "");
});

test("equal filters are one address, in whatever order they were chosen", () => {
  assert.equal(writeFilters({ q: "a", status: "reviewed" }), writeFilters({ status: "reviewed", q: "a" }));
});

test("what an address says wrongly is left out", () => {
  assert.deepEqual(readFilters("?status=lost&below=7&below=x&q=%20&sort=up&other=1"), {});
});

test("the list call gets the contract's names", () => {
  assert.deepEqual(apiQuery(FULL), {
    review_status: "unread",
    maximumNluConfidence: "0.7",
    input_channels: "my channel",
    intent: "ask/x&y",
    text: "café 100%",
    sort_by_confidence: "true",
  });
  assert.deepEqual(apiQuery({}), { sort_by_latest_event_time: "true" });
});

test("all filters of the contract, and the model can be set, each under its own parameter", () => {
  const all = readFilters(
    "?status=reviewed&below=0.7&above=0.1&channel=web&model=m&intent=a,b&q=x&entity=city&action=utter&policy=P&slot=city:Oslo&tag=1,2" +
      "&action_below=0.9&action_above=0.2&messages=3&from=2026-11-01&until=2026-11-02&env=worker&flagged=1&novel=1&real=1&others=1",
  );

  const query = apiQuery(all);

  assert.equal(Object.keys(FIELDS).length, 22);
  assert.equal(Object.keys(query).length, 23);
  assert.equal(Math.round(Number(query["until"]) - Number(query["start"])), 2 * 86_400);
  assert.deepEqual([query["is_flagged"], query["in_training_data"], query["interactive"]], ["true", "false", "false"]);
});

test("a chip takes one of several names away", () => {
  const [first] = chips(withFilter({}, "tag", "1, 2"), (tag) => `T${tag}`);

  assert.equal(first?.label, "tag T1");
  assert.deepEqual(first?.rest, { tag: "2" });
});

test("every narrowing without a place of its own has a chip that removes it", () => {
  assert.deepEqual(
    chips(FULL).map((chip) => chip.name),
    ["below", "channel", "intent", "sort"],
  );
  assert.equal(without(FULL, "below").below, undefined);
  assert.deepEqual([isNarrowed({ sort: "confidence" }), isNarrowed({ q: "x" })], [false, true]);
});

test("any conversation id survives the way through an address", () => {
  for (const id of [
    "web-1",
    "a/b",
    "x.y@example.org",
    "100%",
    "Ünïcode · 漢字",
    "<img src=x>",
    "a?b#c",
    "a+b c",
    "..",
    "%2E",
    "%",
  ]) {
    const route = read(conversationsUrl({ q: "x" }, id));
    assert.deepEqual(route, { name: "conversations", id, filters: { q: "x" } });
    assert.ok(!new URL(conversationsUrl({}, id), "http://x").pathname.includes("."), "a dot would be taken for a file");
  }
});

test("every address means a screen", () => {
  assert.equal(read("/").name, "conversations");
  assert.equal(read("/conversations").name, "conversations");
  assert.deepEqual(read("/talk"), { name: "talk" });
  assert.deepEqual(read(talkUrl("admin-1f")), { name: "talk", id: "admin-1f" });
  assert.deepEqual(
    ["/nothing", "/talk/a/b", "/conversations/a/b/c"].map((url) => read(url).name),
    ["missing", "missing", "missing"],
  );
});

test("logging in leads back to where one wanted to go, and never to another site", () => {
  assert.deepEqual(read(loginUrl("/conversations/x?q=a")), { name: "login", next: "/conversations/x?q=a" });
  assert.equal(loginUrl("/login?next=/talk"), "/login");
  for (const next of ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"]) {
    assert.deepEqual(readRoute("/login", `?next=${encodeURIComponent(next)}`), { name: "login", next: "/" });
  }
});
