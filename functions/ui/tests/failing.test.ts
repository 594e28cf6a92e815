/** What throws takes nothing beside it along. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { setImmediate as soon, setTimeout as later } from "node:timers/promises";
import { computed, signal } from "../src/state/signal.ts";
import { h } from "../src/view/element.ts";
import { useEffect, useLayoutEffect } from "../src/view/hooks.ts";
import { PAINTED_MS, drawn, failures, shown } from "./drawn.ts";

afterEach(() => assert.deepEqual(failures(), []));

/** Draws of itself what it is told, or throws that it cannot. */
function told(value: number): number {
  if (value === 1) throw new Error("cannot");
  return value;
}

test("what came as JSON is no element, and nothing at all", () => {
  const given = JSON.parse('{"type": "div", "key": null, "props": {"innerHTML": "<b>"}}') as unknown;
  assert.equal(shown(drawn(h("dd", null, given, {}, [given], () => "x"))), "<dd>.");
});

test("an effect that throws is reported, and whatever waits beside it is drawn", async () => {
  const [bad, good] = [signal(0), signal(0)];
  const Bad = () => {
    const { value } = bad;
    useEffect(() => void told(value), [value]);
    return `a${value}`;
  };
  const box = drawn([h(Bad, null), h(() => `c${good.value}`, null)]);
  await later(PAINTED_MS);
  bad.value = 1;
  await Promise.resolve();
  good.value = 1;
  await later(PAINTED_MS);
  assert.deepEqual([shown(box), failures()], ["a1c1", ["cannot"]]);
  good.value = 2;
  await soon();
  assert.equal(shown(box), "a1c2");
});

test("an end that throws is reported, and what it belongs to goes", async () => {
  const isThere = signal(true);
  const One = () => (useEffect(() => () => void told(1)), "one");
  const box = drawn(h(() => (isThere.value ? h(One, null) : "gone"), null));
  await later(PAINTED_MS);
  isThere.value = false;
  await soon();
  assert.deepEqual([shown(box), failures()], ["gone", ["cannot"]]);
});

test("a layout effect that throws takes no other with it", async () => {
  const number = signal(0);
  const done: string[] = [];
  const One = ({ value }: { value: number }) => (useLayoutEffect(() => void told(value), [value]), null);
  const Other = ({ value }: { value: number }) => {
    useLayoutEffect(() => void done.push(`lay ${value}`), [value]);
    useEffect(() => void done.push(`do ${value}`), [value]);
    return null;
  };
  drawn(h(() => [One, Other].map((one) => h(one, { value: number.value })), null));
  await later(PAINTED_MS);
  number.value = 1;
  await later(PAINTED_MS);
  assert.deepEqual([done, failures()], [["lay 0", "do 0", "lay 1", "do 1"], ["cannot"]]);
});

test("what cannot be drawn leaves its place empty, its neighbours live on, and it comes when it can be drawn again", async () => {
  const [number, own] = [signal(0), signal(0)];
  let laid = 0;
  const Live = () => {
    useLayoutEffect(() => (laid++, () => void laid--), []);
    return `L${own.value}`;
  };
  const Thrower = ({ value }: { value: number }) => `t${told(value)}`;
  const Parent = () => {
    const { value } = number;
    return h("p", null, value === 1 ? null : h(Live, null), h(Thrower, { value }), h(Live, null));
  };
  const box = drawn(h(Parent, null));
  assert.equal(shown(box), "<p>L0t0L0.");
  [number.value, own.value] = [1, 1];
  await soon();
  assert.deepEqual([shown(box), laid, failures()], ["<p>L1.", 1, ["cannot"]]);
  [number.value, own.value] = [2, 7];
  await soon();
  assert.deepEqual([shown(box), laid], ["<p>L7t2L7.", 2]);
  own.value = 8;
  await soon();
  assert.equal(shown(box), "<p>L8t2L8.");
});

test("a reader that throws keeps no other from what has changed", async () => {
  const number = signal(0);
  const half = computed(() => told(number.value) / 2);
  const box = drawn([h(() => half.value, null), h(() => number.value, null)]);
  number.value = 1;
  await soon();
  assert.deepEqual([shown(box), failures()], ["01", ["cannot"]]);
  number.value = 4;
  await soon();
  assert.equal(shown(box), "24");
});
