import assert from "node:assert/strict";
import { test } from "node:test";
import { readClaims } from "../src/model/claims.ts";
import { anotherUser, sayings, unsettled } from "../src/model/exchange.ts";
import type { Exchange } from "../src/model/exchange.ts";
import { fold } from "../src/model/fold.ts";
import { duration, range, short } from "../src/model/time.ts";
import { exchange } from "./make.ts";

const token = (claims: object): string => `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;

test("a token tells who is logged in, in any script, until its time is over", () => {
  const given = token({ username: "Zoë 漢", exp: 100, scopes: ["a:b"] });

  assert.deepEqual(readClaims(given, 99_000), { token: given, username: "Zoë 漢", scopes: ["a:b"], expires: 100_000 });
  assert.equal(readClaims(given, 100_000), null);
});

test("what is no token logs nobody in", () => {
  for (const given of [null, "", "x", "a.b.c", "a.%%%.c", token({ username: "no end" })])
    assert.equal(readClaims(given, 0), null);
});

const sent = (text: string, after: number, state: Exchange["state"] = "answered"): Exchange => ({
  key: text,
  text,
  state,
  replies: [],
  error: "",
  after,
});

test("a message leaves the waiting room when the tracker has it, one by one", () => {
  const waiting = [sent("a", 0), sent("b", 1)];

  assert.deepEqual(unsettled(waiting, []).length, 2);
  assert.deepEqual(
    unsettled(waiting, fold(exchange("a", "x", "y"))).map((one) => one.text),
    ["b"],
  );
});

test("a message that was not sent stays until its sender decides", () => {
  assert.equal(unsettled([sent("a", 0, "failed")], fold(exchange("other", "x", "y"))).length, 1);
});

test("arrow-up remembers what was said, repetitions once", () => {
  const turns = fold([...exchange("a", "x", "y"), ...exchange("a", "x", "y"), ...exchange("b", "x", "y")]);

  assert.deepEqual(sayings(turns, [sent("c", 3)]), ["a", "b", "c"]);
});

test("a new user's name begins with one's own", () => {
  assert.equal(
    anotherUser("mia", () => 0),
    "mia-00000",
  );
  assert.match(anotherUser("mia"), /^mia-[0-9a-f]{5}$/);
});

test("durations are told in two units at most", () => {
  assert.deepEqual([9, 60, 312, 3600, 7440, 90_000, 200_000].map(duration), [
    "9 s",
    "1 min",
    "5 min 12 s",
    "1 h",
    "2 h 4 min",
    "1 day",
    "2 days",
  ]);
});

test("times are as short as they can be told", () => {
  const now = new Date(2026, 10, 22, 12);
  const seconds = (...date: [number, number, number, number]): number => new Date(...date).getTime() / 1000;

  assert.match(short(seconds(2026, 10, 22, 9), now), /9/);
  assert.doesNotMatch(short(seconds(2026, 10, 21, 9), now), /2026/);
  assert.match(short(seconds(2025, 10, 21, 9), now), /2025/);
  assert.equal(range(seconds(2026, 10, 22, 9), seconds(2026, 10, 22, 9), now), short(seconds(2026, 10, 22, 9), now));
});
