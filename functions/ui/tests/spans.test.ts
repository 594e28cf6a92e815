import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entity } from "../src/model/events.ts";
import { entityLabel, length, segments } from "../src/model/spans.ts";

const entity = (name: string, start: number, end: number): Entity => ({ entity: name, start, end, value: null });
const shown = (text: string, entities: Entity[]): [string, string[]][] =>
  segments(text, entities).map((one) => [one.text, one.entities.map((found) => found.entity)]);

test("offsets count code points, as Python does", () => {
  const text = "🧑‍💻 needs a vpn";

  assert.equal(length(text), 15);
  assert.deepEqual(shown(text, [entity("problem", 12, 15)]), [
    ["🧑‍💻 needs a ", []],
    ["vpn", ["problem"]],
  ]);
});

test("entities that overlap share the part that they have in common", () => {
  assert.deepEqual(shown("new york city", [entity("city", 0, 8), entity("place", 4, 13)]), [
    ["new ", ["city"]],
    ["york", ["city", "place"]],
    [" city", ["place"]],
  ]);
});

test("an entity from a button has no place in the text", () => {
  assert.deepEqual(shown("/inform", [{ entity: "size", value: "big" }]), [["/inform", []]]);
});

test("empty texts and impossible offsets leave the text as it is", () => {
  assert.deepEqual(shown("", [entity("a", 0, 3)]), []);
  assert.deepEqual(shown("abc", [entity("a", 5, 9), entity("b", 2, 1), entity("c", -4, 0)]), [["abc", []]]);
});

test("roles and groups are part of the label", () => {
  assert.equal(entityLabel({ entity: "city" }), "city");
  assert.equal(entityLabel({ entity: "city", role: "departure", group: "1" }), "city (departure, 1)");
});

/** A small seeded generator: failures can be repeated. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield state;
  }
}

const ALPHABET = ["a", " ", "é", "é", "ß", "漢", "👍🏽", "👨‍👩‍👧", "🇩🇪", "ب", "\n", "<b>"];

test("for any text and any offsets the segments joined are the text, and marked parts are what Python would cut", () => {
  const random = numbers(7);
  const next = (below: number): number => random.next().value % below;
  for (let round = 0; round < 500; round++) {
    const text = Array.from({ length: next(12) }, () => ALPHABET[next(ALPHABET.length)]).join("");
    const size = length(text);
    const entities = Array.from({ length: next(4) }, (_, i) => entity(`e${i}`, next(size + 2), next(size + 2)));

    const found = segments(text, entities);

    assert.equal(found.map((one) => one.text).join(""), text);
    for (const one of entities) {
      const marked = found
        .filter((segment) => segment.entities.includes(one))
        .map((segment) => segment.text)
        .join("");
      const start = one.start ?? 0;
      assert.equal(
        marked,
        Array.from(text)
          .slice(start, Math.max(start, one.end ?? 0))
          .join(""),
      );
    }
  }
});
