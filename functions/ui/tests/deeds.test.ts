import assert from "node:assert/strict";
import { test } from "node:test";
import { deeds, edited, isOwn, nameOf } from "../src/model/deeds.ts";
import type { RasaEvent } from "../src/model/events.ts";

const at = (event: string, more: Partial<RasaEvent> = {}): RasaEvent => ({ event, timestamp: 1, ...more });
const action = (name: string): RasaEvent => at("action", { name, policy: "TEDPolicy", confidence: 0.4 });
const user = (text: string, intent: string): RasaEvent =>
  at("user", { text, parse_data: { intent: { name: intent, confidence: 0.3 } } });

const TOLD = [
  user("before", "greet"),
  at("restart"),
  action("action_listen"),
  user("hello", "goodbye"),
  at("slot", { name: "city", value: "Oslo" }),
  action("utter_bye"),
  at("bot", { text: "Bye" }),
  action("action_listen"),
];

const names = (): string[] => deeds(TOLD).map(nameOf);

test("a conversation is told deed by deed, since its last restart", () => {
  assert.deepEqual(names(), ["action_listen", "goodbye", "utter_bye", "action_listen"]);
  assert.deepEqual(deeds(TOLD).map(isOwn), [true, false, false, true]);
});

test("unchanged it is what it was", () => {
  assert.deepEqual(edited(deeds(TOLD), names()), TOLD.slice(2));
});

test("a message gets another meaning and keeps what it set; another action has not said what the first one said", () => {
  const told = edited(deeds(TOLD), ["action_listen", "greet", "utter_greet", "action_listen"]);

  assert.deepEqual(told.map((one) => one.event), ["action", "user", "slot", "action", "action"]); // prettier-ignore
  assert.deepEqual(told[1]?.parse_data?.intent, { name: "greet", confidence: 1 });
  assert.deepEqual([told[3]?.name, told[3]?.policy], ["utter_greet", null]);
});

test("what is removed takes its consequences with it, and the bot never listens twice", () => {
  const told = edited(deeds(TOLD), ["action_listen", null, null, "action_listen"]);

  assert.deepEqual(
    told.map((one) => one.name),
    ["action_listen"],
  );
});
