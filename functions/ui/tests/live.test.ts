import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { setImmediate as soon } from "node:timers/promises";

/** A WebSocket whose other end is the test. */
class Socket {
  static made: Socket[] = [];
  onopen = (): void => undefined;
  onmessage = (_: { data: string }): void => undefined;
  onclose = (): void => undefined;
  readonly sent: string[] = [];
  constructor(readonly url: string) {
    Socket.made.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.onclose();
  }
  tell(name: string): void {
    this.onmessage({ data: JSON.stringify({ name, data: {} }) });
  }
}

const events = { addEventListener: () => undefined, removeEventListener: () => undefined };

Object.assign(globalThis, {
  ...events,
  WebSocket: Socket,
  document: { ...events, hidden: false },
  location: { origin: "https://parlance.test" },
  localStorage: { getItem: () => null, setItem: () => undefined, removeItem: () => undefined },
  window: globalThis,
});

const claims = Buffer.from(JSON.stringify({ username: "ada", exp: 4e9, scopes: [] })).toString("base64url");

test("what is pushed is asked for at once, what is not is asked for again and again only while nothing is pushed", async () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  const { enter, forget } = await import("../src/state/token.ts");
  const { poll } = await import("../src/state/poll.ts");
  let asked = 0;
  const pass = async (ms: number): Promise<number> => {
    mock.timers.tick(ms);
    await soon();
    return asked;
  };
  const stop = poll(async () => void (asked += 1), 1000, ["message_sent"]);
  await soon();
  assert.equal(asked, 1);
  assert.equal(await pass(1000), 2);

  enter(`h.${claims}.s`);
  const [socket] = Socket.made as [Socket];
  socket.onopen();
  assert.equal(socket.url, "wss://parlance.test/api/ws");
  assert.deepEqual(socket.sent, [JSON.stringify({ Authorization: `Bearer h.${claims}.s` })]);
  socket.tell("connected");
  assert.equal(await pass(1000), 3); // what came before the connection
  assert.equal(await pass(5000), 3);
  socket.tell("job_changed");
  assert.equal(await pass(100), 3);
  socket.tell("message_sent");
  assert.equal(await pass(0), 4);
  socket.tell("message_sent");
  assert.equal(await pass(0), 4); // not more often than without
  assert.equal(await pass(1000), 5);

  socket.close();
  assert.equal(await pass(1000), 6);
  await pass(1000);
  assert.equal(Socket.made.length, 2);
  forget();
  await pass(600_000);
  assert.equal(Socket.made.length, 2);
  stop();
  assert.equal(await pass(60_000), asked);
  mock.timers.reset();
});
