import assert from "node:assert/strict";
import { test } from "node:test";
import {
  appendPage,
  mergeInPlace,
  mergeOnTop,
  neighbour,
  nextUnread,
  rowName,
  rowTime,
  withStatus,
} from "../src/model/rows.ts";
import type { ReviewStatus, Row } from "../src/model/rows.ts";

const row = (sender_id: string, time = 0, review_status: ReviewStatus = "unread"): Row => ({
  sender_id,
  latest_event_time: time,
  latest_input_channel: "rest",
  intents: [],
  minimum_intent_confidence: null,
  minimum_action_confidence: null,
  review_status,
  n_user_messages: 1,
});

const ids = (rows: readonly Row[]): string => rows.map((one) => one.sender_id).join("");

test("news update rows where they stand, and newcomers wait", () => {
  const merged = mergeInPlace([row("a", 3), row("b", 2)], [row("c", 9), row("b", 8), row("a", 3)]);

  assert.equal(ids(merged.rows), "ab");
  assert.equal(merged.rows[1]?.latest_event_time, 8);
  assert.equal(ids(merged.arrivals), "c");
});

test("a row without news stays the same object, so that it is not drawn again", () => {
  const known = row("a", 3);

  assert.equal(mergeInPlace([known], [row("a", 3)]).rows[0], known);
  assert.equal(mergeOnTop([known], [row("a", 3)])[0], known);
});

test("for a watcher the newest come on top, and nobody is lost or doubled", () => {
  assert.equal(ids(mergeOnTop([row("a"), row("b"), row("c")], [row("d"), row("b")])), "dbac");
});

test("a page that overlaps the one before adds only what is new", () => {
  assert.equal(ids(appendPage([row("a"), row("b")], [row("b"), row("c")])), "abc");
});

test("moving stops at both ends", () => {
  const rows = [row("a"), row("b")];

  assert.equal(neighbour(rows, "a", 1)?.sender_id, "b");
  assert.equal(neighbour(rows, "b", 1), undefined);
  assert.equal(neighbour(rows, "a", -1), undefined);
  assert.equal(neighbour(rows, undefined, 1)?.sender_id, "a");
  assert.equal(neighbour(rows, undefined, -1), undefined);
});

test("review goes to the next unread below, then from the top", () => {
  const rows = [row("a"), row("b", 0, "reviewed"), row("c", 0, "reviewed"), row("d")];

  assert.equal(nextUnread(rows, "b")?.sender_id, "d");
  assert.equal(nextUnread(rows, "d")?.sender_id, "a");
  assert.equal(nextUnread(withStatus(rows, "a", "reviewed"), "d"), undefined);
  assert.equal(nextUnread(rows, "not in the list")?.sender_id, "a");
});

test("guests share a name, so their id stands beside it", () => {
  assert.equal(rowName({ sender_id: "a", sender_name: "Tester" }), "Tester · a");
  assert.deepEqual(
    [
      rowName({ sender_id: "a" }),
      rowName({ sender_id: "a", sender_name: "a" }),
      rowName({ sender_id: "a", sender_name: null }),
    ],
    ["a", "a", "a"],
  );
});

test("times are seconds, whether the API said a number or a date", () => {
  assert.equal(rowTime(row("a", 12.5)), 12.5);
  assert.equal(rowTime({ ...row("a"), latest_event_time: "1970-01-01T00:00:12.500Z" }), 12.5);
  assert.equal(rowTime({ ...row("a"), latest_event_time: null }), 0);
});
