import assert from "node:assert/strict";
import { test } from "node:test";
import { find } from "../src/model/commands.ts";
import { CORRECTED } from "../src/model/events.ts";
import { likeness, nearest } from "../src/model/likeness.ts";
import { asStory, asTest } from "../src/model/made.ts";
import { conflicts, remarks } from "../src/model/remarks.ts";
import { fromQuery } from "../src/model/saved.ts";
import { apiQuery } from "../src/model/filters.ts";
import { mark, tokens } from "../src/model/tokens.ts";
import { action, listen, session, user } from "./make.ts";

const TEXTS = [
  "book a table",
  "naïve 👩‍👩‍👧 café",
  "مرحبا، أريد حجز",
  "一二三 four",
  "",
  "  two  spaces\n",
  "e\u0301tude 🇩🇪!",
];

test("tokens joined are the text, and their places are code points", () => {
  for (const text of TEXTS)
    for (const isFine of [false, true]) {
      const all = tokens(text, isFine);
      assert.equal(all.map((one) => one.text).join(""), text);
      for (const one of all) assert.equal(Array.from(text).slice(one.start, one.end).join(""), one.text);
    }
});

test("a new mark takes the place of those that it overlaps", () => {
  const first = mark("from Oslo to Rome", [], { entity: "city", start: 5, end: 9 });
  const both = mark("from Oslo to Rome", first, { entity: "city", start: 13, end: 17 });
  const wide = mark("from Oslo to Rome", both, { entity: "trip", start: 5, end: 17 });

  assert.deepEqual(
    both.map((one) => one.value),
    ["Oslo", "Rome"],
  );
  assert.deepEqual(
    wide.map((one) => [one.entity, one.value]),
    [["trip", "Oslo to Rome"]],
  );
});

test("texts are alike when they share most of their letters, whatever the case", () => {
  assert.equal(likeness("Hello!", "hello"), 1);
  assert.ok(likeness("a table for two", "a table for three") > 0.6);
  assert.ok(likeness("a table for two", "are dogs allowed") < 0.3);
  const all = [{ text: "x" }, { text: "a table for two please" }, { text: "a table" }];
  assert.deepEqual(nearest("a table for two", all, 1, 0.5), [all[1]]);
});

test("the same text under two intents is a conflict, under one it is none", () => {
  const example = (text: string, intent: string) => ({ text, intent });
  const found = conflicts([example("Hi  there", "greet"), example("hi there", "bye"), example("yes", "affirm")]);

  assert.deepEqual(
    found.map((one) => one.intent),
    ["greet", "bye"],
  );
  assert.deepEqual(conflicts([example("a", "x"), example("A", "x")]), []);
});

test("what the last evaluation confused, intents with too few examples, and those that outweigh the rest, are told", () => {
  const told = remarks(
    new Map([
      ["rare", 2],
      ["usual", 12],
      ["also", 11],
      ["huge", 130],
    ]),
    { usual: { confused_with: { also: 1, rare: 3 } }, also: {} },
  );

  assert.deepEqual(
    told.map((one) => one.intent),
    ["usual", "usual", "rare", "huge"],
  );
});

test("what was saved by whatever program becomes the filters again", () => {
  const filters = {
    below: "0.5",
    flagged: "1",
    novel: "1",
    tag: "1,2",
    from: "1700000000",
    sort: "confidence",
  } as const;

  assert.deepEqual(fromQuery(apiQuery(filters)), filters);
  assert.deepEqual(fromQuery({ in_training_data: "true", nonsense: "1" }), {});
});

test("a story and a test hold what a reader corrected, and entities as Rasa writes them", () => {
  const said = user("to Oslo", "greet", [{ entity: "city", start: 3, end: 7, value: "osl" }]);
  const events = [...session(), { ...said, metadata: { [CORRECTED]: "travel" } }, action("utter_ok"), listen()];

  assert.match(asStory("a b", events), /- story: "a b"\n {2}steps:\n {2}- intent: travel\n {4}entities:\n/);
  assert.match(
    asTest("one", events),
    /\[Oslo\]\{"entity":"city","value":"osl"\}\n {4}intent: travel\n {2}- action: utter_ok/,
  );
});

test("commands are found by the beginnings of their words first", () => {
  const all = ["Go to Talk", "Mark reviewed", "Restart the talk"].map((label) => ({ id: label, label, keys: "" }));

  assert.deepEqual(
    find(all, "ta").map((one) => one.label),
    ["Go to Talk", "Restart the talk"],
  );
  assert.equal(find(all, "").length, 3);
});
