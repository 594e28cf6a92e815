import assert from "node:assert/strict";
import { test } from "node:test";
import { appliedEvents } from "../src/model/applied.ts";
import type { RasaEvent } from "../src/model/events.ts";
import { action, exchange, listen, loop, plain, session, slot, user } from "./make.ts";

const names = (events: RasaEvent[]): (string | null | undefined)[] =>
  appliedEvents(events).map((event) => event.name ?? event.text);

test("a restart and a session's start forget what was before", () => {
  assert.deepEqual(names([...exchange("a", "x", "y"), plain("restart"), user("b")]), ["b"]);
  assert.deepEqual(names([...exchange("a", "x", "y"), ...session(), user("b")]), ["action_listen", "b"]);
});

test("a rewind takes back the message and the listening before it", () => {
  assert.deepEqual(names([user("a"), action("y"), listen(), user("b"), action("z"), plain("rewind")]), ["a", "y"]);
});

test("an undo takes back one action", () => {
  assert.deepEqual(names([user("a"), action("y"), slot("s", 1), plain("undo")]), ["a"]);
});

test("a form's second run is folded into its first, but its slots stay", () => {
  const first = [user("book"), action("f"), loop("f"), slot("requested_slot", "day"), listen()];
  const second = [user("today"), action("f"), slot("day", "today"), slot("requested_slot", "hour"), listen()];

  assert.deepEqual(names([...first, ...second]), [
    "book",
    "f",
    "f",
    "requested_slot",
    "day",
    "requested_slot",
    "action_listen",
  ]);
});

test("a form that rejected the message keeps the other path and its own return", () => {
  const events = [
    user("book"),
    action("f"),
    loop("f"),
    listen(),
    user("why?"),
    plain("action_execution_rejected", { name: "f" }),
    action("utter_why"),
    action("f"),
    listen(),
  ];

  assert.equal(names(events).filter((name) => name === "f").length, 4);
});

test("a form that begins again after it ended is a first run", () => {
  const events = [user("book"), action("f"), loop("f"), loop(null), listen(), user("again"), action("f"), loop("f")];

  assert.equal(names(events).length, events.length);
});

test("taking back more than there is takes back everything", () => {
  assert.deepEqual(names([plain("rewind"), action("y"), plain("rewind")]), []);
});
