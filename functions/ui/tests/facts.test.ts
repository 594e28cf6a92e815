import assert from "node:assert/strict";
import { test } from "node:test";
import { slotsAt, slotValues } from "../src/model/slots.ts";
import { scalar, storySteps } from "../src/model/story.ts";
import { why } from "../src/model/why.ts";
import { action, exchange, listen, loop, plain, session, slot, user } from "./make.ts";

test("slots are those at the end of the turn, new ones are marked, unset ones are listed", () => {
  const events = [user("a"), slot("day", "today"), listen(), user("b"), slot("hour", 7), listen()];

  assert.deepEqual(slotsAt(events, 0, 3, ["day", "hour", "name"]), [
    { name: "day", value: "today", changed: true },
    { name: "hour", value: null, changed: false },
    { name: "name", value: null, changed: false },
  ]);
  assert.deepEqual(
    slotsAt(events, 3, 6, []).map((one) => [one.name, one.changed]),
    [
      ["day", false],
      ["hour", true],
    ],
  );
});

test("what a form asks for is shown only while it asks", () => {
  const events = [slot("requested_slot", "day"), slot("requested_slot", null)];

  assert.deepEqual(
    slotsAt(events, 0, 1, ["requested_slot"]).map((one) => one.value),
    ["day"],
  );
  assert.deepEqual(slotsAt(events, 0, 2, ["requested_slot"]), []);
});

test("a reset and a new session empty the slots", () => {
  assert.equal(slotValues([slot("a", 1), plain("reset_slots")]).size, 0);
  assert.equal(slotValues([slot("a", 1), ...session(), slot("b", 2)]).size, 1);
});

test("the story so far is a story that Rasa can read", () => {
  const events = [
    ...session(),
    user("to Paris", "travel", [{ entity: "city", value: "Paris" }]),
    action("utter_ok"),
    slot("city", "Paris"),
    loop("trip_form"),
    loop(null),
    listen(),
  ];

  assert.equal(
    storySteps(events),
    "- intent: travel\n  entities:\n  - city: Paris\n- action: utter_ok\n- slot_was_set:\n  - city: Paris\n- active_loop: trip_form\n- active_loop: null",
  );
});

test("words that YAML would read as something else are quoted", () => {
  const quoted = ["no", "Null", "1.5", "a: b", "- x", "", "#x", "a b", "~", "é: ü"];

  for (const word of quoted) assert.equal(scalar(word), JSON.stringify(word));
  assert.deepEqual(["utter_greet", "faq/ask", "Zürich", "2fast"].map(scalar), [
    "utter_greet",
    "faq/ask",
    "Zürich",
    '"2fast"',
  ]);
  assert.deepEqual([null, undefined, 3, true, ["a"]].map(scalar), ["null", "null", "3", "true", '["a"]']);
});

test("a message that was predicted end to end is told by its words", () => {
  const said = plain("user", { text: "book: a table", parse_data: { intent: null } });

  assert.equal(
    storySteps([said, plain("action", { name: null, action_text: "Sure!" })]),
    '- user: "book: a table"\n- bot: "Sure!"',
  );
});

test("why names the policy and how sure it was, and leaves listening out", () => {
  assert.deepEqual(why(exchange("hi", "greet", "utter_greet")), ["RulePolicy chose utter_greet (1.00)."]);
  assert.deepEqual(why([action("validate_form", null, null)]), ["validate_form ran without a prediction."]);
});

test("why tells what stood behind a fallback", () => {
  const said = user("gibberish", "nlu_fallback");
  said.parse_data = {
    ...said.parse_data,
    intent_ranking: [
      { name: "nlu_fallback", confidence: 0.3 },
      { name: "a", confidence: 0.29 },
      { name: "b", confidence: 0.2 },
    ],
  };

  assert.deepEqual(why([said]), ["No intent was sure enough (a 0.29, b 0.20), so the message became nlu_fallback."]);
});

test("a message that names its intent was not predicted", () => {
  assert.match(why([user("/restart", "restart")])[0] ?? "", /names its intent itself/);
});
