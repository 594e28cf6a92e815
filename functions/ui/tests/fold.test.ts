import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, keepTurns, lastSpoken, leastSure } from "../src/model/fold.ts";
import type { Part, Turn } from "../src/model/fold.ts";
import { action, bot, exchange, later, listen, loop, plain, session, slot, user } from "./make.ts";

const kinds = (parts: Part[]): string[] => parts.map((part) => part.kind);
const steps = (turn: Turn): string[] =>
  turn.parts.flatMap((part) => (part.kind === "steps" ? part.steps.map((one) => one.label) : []));

test("a session's start stands before the first message, in the same turn", () => {
  const turns = fold([...session(), ...exchange("hi", "greet", "utter_greet")]);

  assert.equal(turns.length, 1);
  assert.equal(turns[0]?.user?.text, "hi");
  assert.deepEqual(kinds(turns[0]?.lead ?? []), ["mark"]);
});

test("actions are folded into one run, and the closing action_listen joins the run before the bot's words", () => {
  const [turn] = fold(exchange("hi", "greet", "utter_greet")) as [Turn];

  assert.deepEqual(kinds(turn.parts), ["steps", "bot"]);
  assert.deepEqual(steps(turn), ["utter_greet", "action_listen"]);
});

test("words between actions keep their place", () => {
  const [turn] = fold([user("hi"), action("utter_a"), bot("a"), action("utter_b"), bot("b"), listen()]) as [Turn];

  assert.deepEqual(kinds(turn.parts), ["steps", "bot", "steps", "bot"]);
});

test("turns together hold every event exactly once", () => {
  const events = [...session(), ...exchange("a", "x", "y"), plain("restart"), ...session(), ...exchange("b", "x", "y")];

  const turns = fold(events);

  assert.equal(turns[0]?.start, 0);
  assert.equal(turns.at(-1)?.end, events.length);
  turns.slice(1).forEach((turn, i) => assert.equal(turn.start, turns[i]?.end));
});

test("a new session in mid-conversation begins the next turn, not the end of the last", () => {
  const turns = fold([...exchange("a", "x", "y"), ...session(), ...exchange("b", "x", "y")]);

  assert.deepEqual(
    turns.map((turn) => turn.user?.text),
    ["a", "b"],
  );
  assert.deepEqual(kinds(turns[1]?.lead ?? []), ["mark"]);
});

test("a bot that speaks first has a turn of its own", () => {
  const turns = fold([...session(), action("utter_hello"), bot("hello"), ...exchange("hi", "greet", "utter_greet")]);

  assert.deepEqual(
    turns.map((turn) => turn.user?.text ?? null),
    [null, "hi"],
  );
});

test("a pause of more than five minutes is a line of its own, before what follows it", () => {
  const first = exchange("a", "x", "y");
  later(312);

  const turns = fold([...first, ...exchange("b", "x", "y")]);

  assert.deepEqual(kinds(turns[0]?.parts ?? []), ["steps", "bot"]);
  assert.deepEqual(kinds(turns[1]?.lead ?? []), ["gap"]);
});

test("slots, forms and rejections read as words", () => {
  const [turn] = fold([
    user("x"),
    action("a_form"),
    loop("a_form"),
    slot("n", { a: 1 }),
    plain("action_execution_rejected", { name: "a_form" }),
    loop(null),
  ]) as [Turn];

  assert.deepEqual(steps(turn), ["a_form", "a_form begins", 'n = {"a":1}', "a_form rejected", "form ends"]);
});

test("an event of a kind that nobody knows is shown by its name", () => {
  const [turn] = fold([user("x"), plain("quantum_leap")]) as [Turn];

  assert.deepEqual(steps(turn), ["quantum leap"]);
});

test("policies lose the number that ensembles give them", () => {
  const [turn] = fold([user("x"), action("utter_x", "policy_2_RulePolicy")]) as [Turn];

  assert.equal(turn.parts[0]?.kind === "steps" && turn.parts[0].steps[0]?.policy, "RulePolicy");
});

test("a message without parse data, text or intent is still a message", () => {
  const [turn] = fold([plain("user", { text: null, parse_data: null })]) as [Turn];

  assert.deepEqual([turn.user?.text, turn.user?.intent, turn.user?.entities], ["", null, []]);
});

test("the last turn with a message is the one to look at first", () => {
  assert.equal(lastSpoken(fold([...exchange("a", "x", "y"), ...session()]))?.user?.text, "a");
  assert.equal(lastSpoken([]), undefined);
});

test("reading begins at the message of which the bot was least sure", () => {
  const events = [...exchange("a", "x", "y"), ...exchange("b", "x", "y"), ...exchange("c", "x", "y")];
  const doubtful = events.find((event) => event.text === "b");
  if (doubtful?.parse_data?.intent) doubtful.parse_data.intent.confidence = 0.4;

  assert.equal(leastSure(fold(events))?.user?.text, "b");
  assert.equal(leastSure(fold(session())), undefined);
});

test("turns without news stay the same objects, so that they are not drawn again", () => {
  const events = [...exchange("a", "x", "y"), ...exchange("b", "x", "y")];
  const before = fold(events);

  const after = keepTurns(before, fold([...events, bot("more"), ...exchange("c", "x", "y")]));

  assert.deepEqual(
    after.map((turn, i) => turn === before[i]),
    [true, false, false],
  );
});

test("5,000 events fold in a time that grows with them, not with their square", () => {
  const events = Array.from({ length: 1000 }, (_, i) => exchange(`message ${i}`, "x", "y")).flat();

  const started = performance.now();
  const turns = fold(events);

  assert.equal(turns.length, 1000);
  assert.ok(
    performance.now() - started < 2000,
    "the whole takes some milliseconds; what grows with its square takes minutes",
  );
});
