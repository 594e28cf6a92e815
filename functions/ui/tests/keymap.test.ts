import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { KEYMAP, byRoom, caps, isPrefix, matches, pressed } from "../src/keymap.ts";
import type { Binding, Situation } from "../src/keymap.ts";
import { keysTable } from "./keys_table.ts";

declare const UI_FOLDER: string;

const at = (change: Partial<Situation> = {}): Situation => ({
  room: "Conversations",
  before: "",
  isTyping: false,
  isDialogOpen: false,
  isQuiet: false,
  ...change,
});

const key = (name: string, held: Partial<KeyboardEvent> = {}) =>
  pressed({ key: name, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held });

test("no key means two things in one place, and ids are unique", () => {
  const all: readonly Binding[] = KEYMAP;

  assert.equal(new Set(all.map((one) => one.id)).size, all.length);
  for (const one of all) {
    const rivals = all.filter(
      (other) => other !== one && other.keys === one.keys && [one.room, "Everywhere"].includes(other.room),
    );
    assert.deepEqual(
      rivals.map((other) => other.id),
      [],
      one.id,
    );
  }
});

test("no first key of two is a key of its own", () => {
  for (const one of KEYMAP) assert.equal(isPrefix(one.keys, at({ room: one.room })), false, one.id);
});

test("presses are written as in the table", () => {
  assert.equal(key("j"), "j");
  assert.equal(key("J", { shiftKey: true }), "Shift+j");
  assert.equal(key("?", { shiftKey: true }), "?");
  assert.equal(key("Enter", { metaKey: true }), "Mod+Enter");
  assert.equal(key("Enter", { shiftKey: true }), "Shift+Enter");
  assert.equal(key("r", { ctrlKey: true }), "Mod+r");
});

test("the browser's own keys stay its own", () => {
  for (const one of [
    key("r", { ctrlKey: true }),
    key("n", { metaKey: true }),
    key("u", { ctrlKey: true }),
    key("Tab"),
  ]) {
    assert.deepEqual(matches(one, at()), []);
  }
});

test("single letters are silent while typing, under a dialog, and when switched off", () => {
  assert.deepEqual(matches("e", at()), ["reviewed"]);
  assert.deepEqual(matches("e", at({ isTyping: true })), []);
  assert.deepEqual(matches("e", at({ isDialogOpen: true })), []);
  assert.deepEqual(matches("e", at({ isQuiet: true })), []);
  assert.deepEqual(matches("?", at({ isQuiet: true })), []);
  assert.deepEqual(matches("Escape", at({ isQuiet: true, isTyping: true })), ["leave"]);
});

test("a room's keys work in that room only", () => {
  assert.deepEqual(matches("n", at({ room: "Talk" })), ["talk.new"]);
  assert.deepEqual(matches("n", at()), ["arrivals"]);
  assert.deepEqual(matches("n", at({ room: "Everywhere" })), []);
});

test("two keys after each other", () => {
  assert.equal(isPrefix("g", at()), true);
  assert.deepEqual(matches("c", at({ before: "g" })), ["go.conversations"]);
  assert.deepEqual(matches("e", at({ before: "g" })), []);
});

test("caps are drawn for every key of the table", () => {
  assert.deepEqual(["Shift+j", "g c", "Escape", "?", "/"].map(caps), [["⇧", "j"], ["g", "c"], ["Esc"], ["?"], ["/"]]);
  assert.equal(byRoom().flatMap((one) => one.bindings).length, KEYMAP.length);
});

test("the documentation's table is the table that binds the keys", () => {
  const page = readFileSync(`${UI_FOLDER}/../../docs/ui.md`, "utf8");

  assert.ok(page.includes(keysTable()), "docs/ui.md is stale: put `npm run keys` into it");
});
