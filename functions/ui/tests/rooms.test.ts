import assert from "node:assert/strict";
import { test } from "node:test";
import { confusion } from "../src/model/confusion.ts";
import { bytes, percentage, plural } from "../src/model/figures.ts";
import { coverage, layout } from "../src/model/graph.ts";
import { binName, bounds, readPeriod } from "../src/model/period.ts";
import { nice, path } from "../src/model/plot.ts";
import { contentOf, readButtons, writeButtons } from "../src/model/variation.ts";

const step = (kind: string, label: string) => ({ kind, label, line: 1 });
const greet = [step("intent", "greet"), step("action", "utter_greet")];

test("stories that begin in the same way share their nodes", () => {
  const graph = layout([
    { name: "a", steps: [...greet, step("intent", "bye")] },
    { name: "b", steps: [...greet, step("intent", "order")] },
  ]);

  assert.deepEqual(
    graph.nodes.map((node) => [node.label, node.x, node.y, node.stories, node.isEnd]),
    [
      ["greet", 0, 0, 2, false],
      ["utter_greet", 0, 1, 2, false],
      ["bye", 0, 2, 1, true],
      ["order", 1, 2, 1, true],
    ],
  );
  assert.deepEqual([graph.width, graph.height, graph.left], [2, 3, 0]);
});

test("coverage looks past slots and forms, and adds up alternatives", () => {
  const before = { kind: "intent", name: "greet" };
  const graph = layout([
    { name: "a", steps: [step("or", "greet or hi"), step("slot_was_set", "a"), step("action", "utter_greet")] },
  ]);

  const times = coverage(graph, [
    { before: null, ...before, times: 5 },
    { before: null, kind: "intent", name: "hi", times: 2 },
    { before, kind: "action", name: "utter_greet", times: 4 },
    { before, kind: "action", name: "other", times: 9 },
  ]);

  assert.deepEqual([...times], [[0, 7], [2, 4]]); // prettier-ignore
});

test("a drawing has an end, and says what it left out", () => {
  const steps = Array.from({ length: 250 }, (_, i) => step("action", `a${i}`));

  const graph = layout([{ name: "long", steps }]);

  assert.deepEqual([graph.nodes.length, graph.left], [200, 50]);
});

test("an intent with the same name as an action is another node", () => {
  const graph = layout([
    { name: "a", steps: [step("intent", "x")] },
    { name: "b", steps: [step("action", "x")] },
  ]);

  assert.equal(graph.nodes.length, 2);
});

test("confusions leave out what is always recognised", () => {
  const found = confusion([
    { text: "hi", intent: "greet", predicted: "greet", confidence: 1 },
    { text: "yes", intent: "affirm", predicted: "affirm", confidence: 1 },
    { text: "yep", intent: "affirm", predicted: "greet", confidence: 0.4 },
    { text: "hm", intent: "affirm", predicted: null, confidence: 0 },
  ]);

  assert.deepEqual(found.names, ["affirm", "greet", "none"]);
  assert.deepEqual(
    found.at("affirm", "greet").map((one) => one.text),
    ["yep"],
  );
  assert.equal(found.at("greet", "affirm").length, 0);
  assert.equal(found.most, 1);
});

test("a course breaks where something is missing, and a lone value is a dot", () => {
  const identity = (value: number): number => value;

  assert.equal(path([1, 2, null, 3, null], identity, identity), "M0.0 1.0L1.0 2.0M3.0 3.0h0.1");
});

test("axes end at numbers that people like", () => {
  assert.deepEqual([0, 0.3, 1, 7, 12, 34, 99].map(nice), [1, 0.5, 1, 10, 20, 50, 100]);
});

test("buttons are lines, and what the form does not know stays", () => {
  const old = {
    id: 1,
    response_name: "utter_ask",
    etag: "",
    edited_since_last_training: false,
    buttons: [{ title: "Yes", payload: "/affirm", type: "postback" }],
    elements: [{ a: 1 }],
  };
  const given = new FormData();
  given.set("text", " Really? ");
  given.set("buttons", "Yes | /affirm|x\n\nNo");

  assert.equal(writeButtons(old.buttons), "Yes | /affirm");
  assert.deepEqual(readButtons("No"), [{ title: "No" }]);
  assert.deepEqual(contentOf("utter_ask", given, old), {
    response_name: "utter_ask",
    text: "Really?",
    buttons: [{ title: "Yes", payload: "/affirm|x", type: "postback" }, { title: "No" }],
    elements: [{ a: 1 }],
  });
});

test("a custom payload that is no JSON is refused", () => {
  const given = new FormData();
  given.set("custom", "{");

  assert.throws(() => contentOf("utter_ask", given, null), SyntaxError);
});

test("a period ends with the day, one of hours with the hour", () => {
  const now = new Date(2026, 10, 22, 15, 20);
  const week = bounds(readPeriod(""), now);
  const day = bounds(readPeriod("?days=1"), now);

  assert.deepEqual([week.end * 1000, week.end - week.start], [+new Date(2026, 10, 23), 7 * 86_400]);
  assert.deepEqual([day.end * 1000, day.window], [+new Date(2026, 10, 22, 16), 3600]);
  assert.equal(readPeriod("?days=9").days, 7);
  assert.match(binName(week.start + 43_200, 86_400), /16/);
});

test("figures are short and mean what they say", () => {
  assert.deepEqual([bytes(0), bytes(1_500), bytes(24_300_000), bytes(999)], ["0 B", "1.5 KB", "24.3 MB", "999 B"]);
  assert.deepEqual(
    [percentage(0.023), percentage(0.5), percentage(null), percentage(0)],
    ["2.3 %", "50 %", "–", "0 %"],
  );
  assert.deepEqual([plural(1, "file"), plural(2, "file")], ["1 file", "2 files"]);
});
