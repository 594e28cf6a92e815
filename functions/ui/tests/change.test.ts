/** What was decided is written in order; and who leaves the page loses none of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as soon } from "node:timers/promises";

const left: (() => void)[] = [];
const leaving: ((event: { preventDefault: () => void }) => void)[] = [];

/** Whether the browser asks before it leaves the page. */
function isAsked(): boolean {
  let asked = false;
  leaving.forEach((hear) => hear({ preventDefault: () => (asked = true) }));
  return asked;
}

interface Sent {
  path: string;
  isKept: boolean;
  answer: (answer: Response) => void;
}

const sent: Sent[] = [];

Object.assign(globalThis, {
  addEventListener: (name: string, work: () => void) => ({ pagehide: left, beforeunload: leaving })[name]?.push(work),
  localStorage: { getItem: () => null },
  setTimeout: () => 0,
  fetch: (path: string, { keepalive }: RequestInit) =>
    new Promise<Response>((answer) => sent.push({ path, isKept: keepalive === true, answer })),
});

const { call } = await import("../src/api/call.ts");
const { isWritten, make, settled } = await import("../src/state/change.ts");
const { toasts, undoLast } = await import("../src/state/toasts.ts");

const nothing = (): void => undefined;
const decide = (name: string, hide = nothing): void =>
  make({
    done: name,
    show: nothing,
    hide,
    write: () => call(`/${name}`, { method: "POST", body: {} }),
    unwrite: () => call(`/${name}`, { method: "DELETE" }),
  });

const paths = (): string[] => sent.map(({ path }) => path);
const answer = (status = 204): void => sent.shift()?.answer(new Response(null, { status }));

test("one is written after another, and all that wait at once when the page is left", async () => {
  ["a", "b", "c"].forEach((name) => decide(name));
  await soon();
  assert.deepEqual(paths(), ["/api/a"]);
  answer();
  await soon();
  assert.deepEqual(paths(), ["/api/b"]);
  decide("d");
  left.forEach((work) => work());
  assert.deepEqual(paths(), ["/api/b", "/api/c", "/api/d"]);

  let isSettled = false;
  decide("e");
  const done = settled().then(() => (isSettled = true));
  answer();
  answer();
  await soon();
  assert.deepEqual([paths(), isSettled], [["/api/d"], false]);
  answer();
  await soon();
  assert.deepEqual(paths(), ["/api/e"]);
  answer();
  await done;
  assert.deepEqual(paths(), []);
});

test("what is taken back before it was sent is not sent; after that, the same is asked for again", async () => {
  const hidden: string[] = [];
  ["h", "i"].forEach((name) => decide(name, () => hidden.push(name)));
  await soon();
  undoLast();
  undoLast();
  assert.deepEqual([hidden, paths()], [["i", "h"], ["/api/h"]]);
  answer();
  await soon();
  assert.deepEqual(paths(), ["/api/h"]);
  answer();
  await settled();
  assert.deepEqual(paths(), []);
});

test("what is not written is taken back and said, and what follows is written", async () => {
  const hidden: string[] = [];
  decide("f", () => hidden.push("f"));
  decide("g", () => hidden.push("g"));
  await soon();
  answer(500);
  await soon();
  assert.deepEqual([hidden, paths()], [["f"], ["/api/g"]]);
  assert.match(toasts.value.at(-1)?.text ?? "", /^Not saved: f\. /);
  answer();
  await settled();
  assert.deepEqual(hidden, ["f"]);
});

test("a decision on its way and what takes it back are not sent side by side unasked", async () => {
  decide("j");
  await soon();
  assert.deepEqual([isAsked(), isWritten()], [false, false]);
  undoLast();
  assert.equal(isAsked(), true);
  answer();
  await soon();
  assert.deepEqual([paths(), isAsked(), isWritten()], [["/api/j"], false, false]);
  answer(500);
  await settled();
  assert.equal(isWritten(), true);
  assert.match(toasts.value.at(-1)?.text ?? "", /^Not saved: Undo of “j”\. /);

  decide("k");
  decide("l");
  await soon();
  undoLast();
  answer();
  await settled();
  assert.equal(isWritten(), true);
});

test("whatever changes something and is small outlives the page", async () => {
  const small = { text: "x".repeat(1000) };
  const asked = [
    call("/x"),
    call("/x", { method: "PUT" }),
    call("/x", { method: "POST", body: small }),
    call("/x", { method: "DELETE" }),
    call("/x", { method: "POST", raw: { data: "a: 1", type: "text/yaml" } }),
    call("/x", { method: "POST", body: { text: "漢".repeat(25_000) } }),
    call("/x", { method: "PUT", raw: { data: new Blob(["x"]), type: "application/zip" } }),
  ];
  assert.deepEqual(
    sent.map(({ isKept }) => isKept),
    [false, true, true, true, true, false, false],
  );
  while (sent.length > 0) answer();
  await Promise.all(asked);
});
