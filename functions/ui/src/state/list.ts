import { signal } from "@preact/signals";
import { conversations } from "../api/parlance.ts";
import { sentence } from "../api/call.ts";
import { apiQuery, writeFilters } from "../model/filters.ts";
import type { Filters } from "../model/filters.ts";
import { appendPage, mergeInPlace, mergeOnTop, oldestTime, withStatus } from "../model/rows.ts";
import type { ReviewStatus, Row } from "../model/rows.ts";

const PAGE = 50;

export const rows = signal<Row[]>([]);
export const total = signal<number | null>(null);
export const phase = signal<"loading" | "ready" | "failed">("loading");
export const failure = signal("");
export const isComplete = signal(false);
export const isLoadingMore = signal(false);
/** Conversations that came while the reader was at work; they wait to be asked for. */
export const arrivals = signal<Row[]>([]);

/** Choices not yet confirmed by the API: an answer that is older must not take them back. */
const pending = new Map<string, ReviewStatus>();

let shown: Filters = {};
let asked: AbortController | null = null;

const firstPage = (): Record<string, string> => ({ ...apiQuery(shown), limit: String(PAGE) });

const settle = (page: Row[]): Row[] =>
  page.map((row) => ({ ...row, review_status: pending.get(row.sender_id) ?? row.review_status }));

async function fetchPage(query: Record<string, string>): Promise<Row[]> {
  const page = await conversations(query, asked?.signal);
  total.value = page.total;
  return settle(page.rows);
}

/** Load the list anew. What is on the screen stays until the answer is there, unless the filters changed. */
export async function reload(): Promise<void> {
  asked?.abort();
  asked = new AbortController();
  const mine = asked;
  try {
    const page = await fetchPage(firstPage());
    if (mine !== asked) return;
    rows.value = page;
    isComplete.value = page.length < PAGE;
    arrivals.value = [];
    phase.value = "ready";
  } catch (error) {
    if (mine !== asked || mine.signal.aborted) return;
    failure.value = sentence(error);
    phase.value = "failed";
  }
}

/** Show the conversations that `filters` let through. */
export function show(filters: Filters): void {
  if (phase.value === "ready" && writeFilters(filters) === writeFilters(shown)) return;
  shown = filters;
  phase.value = "loading";
  void reload();
}

/** By time a page begins where the last one ended, whatever has arrived since; by confidence only counting is left. */
function nextPage(): Record<string, string> {
  const oldest = oldestTime(rows.value);
  const isByTime = shown.sort === undefined && oldest !== null;
  return { ...firstPage(), ...(isByTime ? { until: String(oldest + 0.001) } : { offset: String(rows.value.length) }) };
}

export async function loadMore(): Promise<void> {
  if (isLoadingMore.value || isComplete.value || phase.value !== "ready") return;
  isLoadingMore.value = true;
  const mine = asked;
  try {
    const page = await conversations(nextPage(), mine?.signal);
    if (mine !== asked) return;
    const grown = appendPage(rows.value, settle(page.rows));
    isComplete.value = page.rows.length < PAGE || grown.length === rows.value.length;
    rows.value = grown;
  } finally {
    isLoadingMore.value = false;
  }
}

/** Look for news. `isWatching`: nothing is open and the top is in view, so they may simply appear. */
export async function refresh(isWatching: boolean): Promise<void> {
  if (phase.value === "failed") return reload();
  if (phase.value !== "ready") return;
  const mine = asked;
  const head = await fetchPage(firstPage());
  if (mine !== asked) return;
  const merged = mergeInPlace(rows.value, head);
  rows.value = isWatching ? mergeOnTop(rows.value, head) : merged.rows;
  arrivals.value = isWatching ? [] : merged.arrivals;
}

/** Note a choice on the screen at once; `confirm` or `withdraw` follows. */
export function choose(id: string, status: ReviewStatus): void {
  pending.set(id, status);
  rows.value = withStatus(rows.value, id, status);
}

export const confirm = (id: string): boolean => pending.delete(id);

export function clear(): void {
  asked?.abort();
  pending.clear();
  rows.value = [];
  total.value = null;
  phase.value = "loading";
}
