import { signal } from "./signal.ts";
import { conversations } from "../api/parlance.ts";
import type { Page } from "../api/parlance.ts";
import { sentence } from "../api/call.ts";
import { apiQuery, writeFilters } from "../model/filters.ts";
import type { Filters } from "../model/filters.ts";
import { appendPage, mergeInPlace, mergeOnTop, withStatus } from "../model/rows.ts";
import type { ReviewStatus, Row } from "../model/rows.ts";
import { isWritten } from "./change.ts";

const PAGE = 50;

export const rows = signal<Row[]>([]);
export const total = signal<number | null>(null);
export const phase = signal<"loading" | "ready" | "failed">("loading");
export const failure = signal("");
/** The API stopped counting at `total`. */
export const isMinimum = signal(false);
/** What the next page is asked for with; null when all are here. */
export const cursor = signal<string | null>(null);
export const isLoadingMore = signal(false);
/** Conversations that came while the reader was at work; they wait to be asked for. */
export const arrivals = signal<Row[]>([]);

/** Choices that an answer may not know yet; begun anew with each question that is asked when all are written. */
let pending = new Map<string, ReviewStatus>();

let shown: Filters = {};
let asked: AbortController | null = null;

const firstPage = (): Record<string, string> => ({ ...apiQuery(shown), limit: String(PAGE) });

async function fetchPage(query: Record<string, string>): Promise<Page> {
  if (isWritten()) pending = new Map();
  const unknown = pending;
  const page = await conversations(query, asked?.signal);
  total.value = page.total;
  isMinimum.value = page.isMinimum;
  const status = (row: Row): ReviewStatus =>
    pending.get(row.sender_id) ?? unknown.get(row.sender_id) ?? row.review_status;
  return { ...page, rows: page.rows.map((row) => ({ ...row, review_status: status(row) })) };
}

/** Load the list anew. What is on the screen stays until the answer is there, unless the filters changed. */
export async function reload(): Promise<void> {
  asked?.abort();
  asked = new AbortController();
  const mine = asked;
  try {
    const page = await fetchPage(firstPage());
    if (mine !== asked) return;
    rows.value = page.rows;
    cursor.value = page.cursor;
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

export async function loadMore(): Promise<void> {
  if (isLoadingMore.value || !cursor.value || phase.value !== "ready") return;
  isLoadingMore.value = true;
  const mine = asked;
  try {
    const page = await fetchPage({ ...firstPage(), cursor: cursor.value });
    if (mine !== asked) return;
    rows.value = appendPage(rows.value, page.rows);
    cursor.value = page.cursor;
  } finally {
    isLoadingMore.value = false;
  }
}

/** Look for news. `isWatching`: nothing is open and the top is in view, so they may simply appear. */
export async function refresh(isWatching: boolean): Promise<void> {
  if (phase.value === "failed") return reload();
  if (phase.value !== "ready") return;
  const mine = asked;
  const { rows: head } = await fetchPage(firstPage());
  if (mine !== asked) return;
  const merged = mergeInPlace(rows.value, head);
  rows.value = isWatching ? mergeOnTop(rows.value, head) : merged.rows;
  arrivals.value = isWatching ? [] : merged.arrivals;
}

/** Note a change of a row on the screen, before the API has confirmed it. */
export function patchRow(id: string, change: Partial<Row>): void {
  rows.value = rows.value.map((row) => (row.sender_id === id ? { ...row, ...change } : row));
}

/** An erased conversation is gone at once. */
export function dropRow(id: string): void {
  rows.value = rows.value.filter((row) => row.sender_id !== id);
}

/** Note a choice on the screen at once. */
export function choose(id: string, status: ReviewStatus): void {
  pending.set(id, status);
  rows.value = withStatus(rows.value, id, status);
}

export function clear(): void {
  asked?.abort();
  pending.clear();
  rows.value = [];
  total.value = null;
  phase.value = "loading";
}
