import { computed, signal } from "../../state/signal.ts";
import { sentence } from "../../api/call.ts";
import { editExamples } from "../../api/annotate.ts";
import type { NewExample } from "../../api/annotate.ts";
import { addMessage, archive, messages } from "../../api/inbox.ts";
import type { InboxPage, Message } from "../../api/inbox.ts";
import type { Entity, Prediction } from "../../model/events.ts";
import { countInbox } from "../../state/badges.ts";
import { make, settled } from "../../state/change.ts";
import { learn } from "../../state/vocabulary.ts";
import { countDone } from "./progress.ts";

const PAGE = 60;
/** With so few rows left the next page is fetched. */
const FEW = 20;

export const rows = signal<readonly Message[]>([]);
export const total = signal(0);
export const phase = signal<"loading" | "ready" | string>("loading");
/** The text that is looked at. */
export const openHash = signal<string | null>(null);

export const open = computed(() => rows.value.find((one) => one.hash === openHash.value) ?? rows.value[0]);

/** What was chosen for a text, as far as it differs from the prediction. */
const drafts = signal<ReadonlyMap<string, { intent?: string; entities?: Entity[] }>>(new Map());

/** Texts that came while one was at work, above what is loaded; they wait to be asked for. */
export const arrivals = signal(0);

let cursor: string | null = null;
let shown: Record<string, string> = {};
let isLoading = false;

const placed = (message: Message): Entity[] =>
  message.user_input.entities.filter((one) => Number.isInteger(one.start) && Number.isInteger(one.end));

const SUGGESTED = 5;
const FALLBACK = "nlu_fallback";

/** The intents that a text may have, the likeliest first. Not being sure is no intent. */
export function suggestions({ user_input: { intent, intent_ranking: ranking } }: Message): Prediction[] {
  const all = ranking.length > 0 ? ranking : [intent];
  return all.filter((one) => one.name && one.name !== FALLBACK).slice(0, SUGGESTED);
}

/** The example that a text becomes when it is accepted as it stands. */
export function draftOf(message: Message): NewExample {
  const { text } = message.user_input;
  const draft = drafts.value.get(message.hash);
  return {
    text,
    intent: draft?.intent ?? suggestions(message)[0]?.name ?? "",
    entities: draft?.entities ?? placed(message),
  };
}

export function setDraft(hash: string, change: { intent?: string; entities?: Entity[] }): void {
  drafts.value = new Map(drafts.value).set(hash, { ...drafts.value.get(hash), ...change });
}

const first = (): Promise<InboxPage> => messages({ ...shown, limit: String(PAGE) });

function draw(page: InboxPage): void {
  rows.value = page.rows;
  total.value = page.total;
  cursor = page.cursor;
  arrivals.value = 0;
  phase.value = "ready";
}

export async function load(query: Record<string, string> = shown): Promise<void> {
  if (query !== shown) phase.value = "loading";
  shown = query;
  try {
    const page = await first();
    if (query === shown) draw(page);
  } catch (error) {
    phase.value = sentence(error);
  }
}

/** Look for news: nothing moves under the reader's eyes, what came is only counted. */
export async function refresh(): Promise<void> {
  const query = shown;
  if (phase.value !== "ready") return phase.value === "loading" ? undefined : load();
  await settled();
  const page = await first();
  if (query !== shown) return;
  if (rows.value.length === 0) return draw(page);
  total.value = page.total;
  const known = new Set(rows.value.map((one) => one.hash));
  const end = cursor === null ? page.rows.length : page.rows.findLastIndex((one) => known.has(one.hash));
  arrivals.value = page.rows
    .slice(0, Math.max(end, 0))
    .filter(({ hash }) => !known.has(hash) && !gone.has(hash)).length;
}

async function loadMore(): Promise<void> {
  if (isLoading || cursor === null || rows.value.length > FEW) return;
  isLoading = true;
  const query = shown;
  const page = await messages({ ...query, limit: String(PAGE), cursor }).catch(() => null);
  isLoading = false;
  if (!page || query !== shown) return;
  const known = new Set(rows.value.map((one) => one.hash));
  rows.value = [...rows.value, ...page.rows.filter((one) => !known.has(one.hash) && !gone.has(one.hash))];
  cursor = page.cursor;
}

/** Decided on, so a page that was asked for before must not bring them back. */
const gone = new Set<string>();

export function step(by: 1 | -1): void {
  const at = rows.value.findIndex((one) => one.hash === open.value?.hash);
  const next = rows.value[at + by];
  if (next) openHash.value = next.hash;
}

function take(taken: readonly Message[]): void {
  const hashes = new Set(taken.map((one) => one.hash));
  const at = rows.value.findIndex((one) => one.hash === open.value?.hash);
  const after = rows.value.slice(Math.max(at, 0)).find((one) => !hashes.has(one.hash));
  hashes.forEach((hash) => gone.add(hash));
  rows.value = rows.value.filter((one) => !hashes.has(one.hash));
  openHash.value = after?.hash ?? rows.value.at(-1)?.hash ?? null;
  total.value -= taken.length;
  countInbox(-taken.length);
  countDone(taken.length);
  void loadMore();
}

function putBack(taken: readonly Message[], before: readonly Message[]): void {
  taken.forEach((one) => gone.delete(one.hash));
  const order = new Map(before.map((one, i) => [one.hash, i]));
  const place = (one: Message): number => order.get(one.hash) ?? Infinity;
  rows.value = [...rows.value, ...taken].sort((a, b) => place(a) - place(b));
  openHash.value = taken[0]?.hash ?? null;
  total.value += taken.length;
  countInbox(taken.length);
  countDone(-taken.length);
}

/** Keep texts as examples, in one request: each as it was drafted, or all under one intent. */
export function accept(taken: readonly Message[], intent?: string): void {
  const examples = taken.map((one) => ({ ...draftOf(one), ...(intent !== undefined && { intent }) }));
  const name = examples[0]?.intent;
  if (!name) return;
  const before = rows.value;
  let made: string[] = [];
  examples.forEach((one) =>
    learn(
      one.intent,
      one.entities.map(({ entity }) => entity),
    ),
  );
  make({
    done: taken.length === 1 ? `Accepted as ${name}` : `${taken.length} texts accepted as ${name}`,
    show: () => take(taken),
    hide: () => putBack(taken, before),
    write: async () => (made = await editExamples(examples, [])),
    unwrite: () => editExamples([], made),
  });
}

/** Take a text out of the inbox without learning from it. */
export function discard(message: Message): void {
  const before = rows.value;
  make({
    done: "Discarded",
    show: () => take([message]),
    hide: () => putBack([message], before),
    write: () => archive(message.hash),
    unwrite: () => addMessage(message.user_input.text),
  });
}

export async function add(text: string): Promise<void> {
  const made = await addMessage(text);
  gone.delete(made.hash);
  rows.value = [made, ...rows.value.filter((one) => one.hash !== made.hash)];
  total.value += 1;
  openHash.value = made.hash;
}
