import { computed, signal } from "./signal.ts";
import { ApiError, sentence } from "../api/call.ts";
import { tracker } from "../api/parlance.ts";
import type { Tracker } from "../api/parlance.ts";
import type { RasaEvent } from "../model/events.ts";
import { fold, keepTurns } from "../model/fold.ts";
import type { Turn } from "../model/fold.ts";

export type Detail =
  | { phase: "loading"; id: string }
  | { phase: "missing"; id: string }
  | { phase: "failed"; id: string; message: string }
  | { phase: "ready"; id: string; tracker: Tracker };

export const detail = signal<Detail | null>(null);

let drawn: Turn[] = [];

/** The turns of the open conversation; those that did not change are the same objects as before. */
export const turns = computed(() => {
  const folded = detail.value?.phase === "ready" ? fold(detail.value.tracker.events) : [];
  drawn = keepTurns(drawn, folded);
  return drawn;
});

/** The turn that the right column is about, by its key; null: the last one. */
export const selected = signal<string | null>(null);

const KEPT = 20;
const cache = new Map<string, Tracker>();
let asked: AbortController | null = null;

function remember(found: Tracker): void {
  cache.delete(found.sender_id);
  cache.set(found.sender_id, found);
  if (cache.size > KEPT) cache.delete(cache.keys().next().value as string);
}

function troubled(id: string, error: unknown): Detail {
  const isMissing = error instanceof ApiError && error.status === 404;
  return isMissing ? { phase: "missing", id } : { phase: "failed", id, message: sentence(error) };
}

/** Ask for the events after those that are known; when the sum is wrong (something came late), for all of them. */
async function fetchTracker(id: string, known: Tracker | undefined, signal?: AbortSignal): Promise<Tracker> {
  const last = known?.events.at(-1)?.timestamp;
  if (!known || last === undefined) return tracker(id, signal);
  const found = await tracker(id, signal, last);
  const events = found.events.length > 0 ? [...known.events, ...found.events] : known.events;
  return events.length === found.n_events ? { ...found, events } : tracker(id, signal);
}

async function fetchOpen(id: string, mine: AbortController): Promise<void> {
  try {
    const found = await fetchTracker(id, cache.get(id), mine.signal);
    if (mine !== asked) return;
    remember(found);
    detail.value = { phase: "ready", id, tracker: found };
  } catch (error) {
    if (mine === asked && detail.value?.phase !== "ready") detail.value = troubled(id, error);
  } finally {
    if (mine === asked) asked = null;
  }
}

/** Fetch the open conversation again, one request at a time; keeps what is shown when nobody answers. */
export async function refreshDetail(): Promise<void> {
  if (!detail.value || asked) return;
  asked = new AbortController();
  await fetchOpen(detail.value.id, asked);
}

/** Open a conversation: what was read of it before is there at once, what is new follows. */
export function open(id: string | undefined): void {
  if (detail.value?.id === id) return;
  asked?.abort();
  asked = null;
  selected.value = null;
  const known = id === undefined ? undefined : cache.get(id);
  if (id === undefined) detail.value = null;
  else detail.value = known ? { phase: "ready", id, tracker: known } : { phase: "loading", id };
  void refreshDetail();
}

/** Note a change on the screen, before the API has confirmed it. */
export function patchTracker(id: string, change: (tracker: Tracker) => Partial<Tracker>): void {
  const known = cache.get(id);
  if (!known) return;
  const tracker = { ...known, ...change(known) };
  remember(tracker);
  if (detail.value?.phase === "ready" && detail.value.id === id) detail.value = { ...detail.value, tracker };
}

/** The same for one message of the user. */
export const patchMessage = (id: string, at: number, change: (event: RasaEvent) => RasaEvent): void =>
  patchTracker(id, ({ events }) => ({
    events: events.map((one) => (one.event === "user" && one.timestamp === at ? change(one) : one)),
  }));

/** Read a conversation ahead, so that going to it is instant. */
export async function prefetch(id: string): Promise<void> {
  if (!cache.has(id)) await tracker(id).then(remember, () => undefined);
}

/** An erased conversation is not shown from memory. */
export const forgetDetail = (id: string): void => void cache.delete(id);

export function forgetDetails(): void {
  cache.clear();
  open(undefined);
}
