import { computed, signal } from "./signal.ts";
import { ApiError, sentence } from "../api/call.ts";
import { say } from "../api/parlance.ts";
import { spoken, unsettled } from "../model/exchange.ts";
import type { Exchange } from "../model/exchange.ts";
import { detail, refreshDetail, selected, turns } from "./detail.ts";
import { session } from "./token.ts";

const exchanges = signal<(Exchange & { id: string })[]>([]);

/** What was said in the open conversation and has not come back from the tracker yet. */
export const waiting = computed(() =>
  unsettled(
    exchanges.value.filter((one) => one.id === detail.value?.id),
    turns.value,
  ),
);

let count = 0;

function change(key: string, change: Partial<Exchange>): void {
  exchanges.value = exchanges.value.map((one) => (one.key === key ? { ...one, ...change } : one));
}

function queue(id: string, text: string): Exchange {
  const ahead = waiting.value.filter((one) => one.state !== "failed").length;
  const one: Exchange = {
    key: `e${++count}`,
    text,
    state: "sending",
    replies: [],
    error: "",
    after: spoken(turns.value) + ahead,
  };
  exchanges.value = [...exchanges.value.filter((other) => other.id === id), { ...one, id }];
  return one;
}

/** What was said before, until it is answered: two requests at once might pass each other. */
let before: Promise<unknown> = Promise.resolve();

/** Say `text` as the user of conversation `id`. What happens to it is told beside it. */
export async function send(id: string, text: string): Promise<void> {
  const one = queue(id, text);
  selected.value = null;
  try {
    const isOwn = id === session.value?.username;
    const saying = before.then(() => say(text, isOwn ? undefined : id));
    before = saying.catch(() => undefined);
    change(one.key, { state: "answered", replies: await saying });
    void refreshDetail();
  } catch (error) {
    const isLate = error instanceof ApiError && error.reason === "RasaTimeout";
    change(one.key, { state: isLate ? "late" : "failed", error: sentence(error) });
  }
}

/** Drop a message that could not be sent. */
export function drop(key: string): void {
  exchanges.value = exchanges.value.filter((one) => one.key !== key);
}
