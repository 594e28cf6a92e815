import type { ReviewStatus } from "./rows.ts";

/** What the list is narrowed to. An absent field does not narrow. */
export interface Filters {
  status?: ReviewStatus;
  /** The lowest intent confidence of the conversation is at most this. */
  below?: number;
  channel?: string;
  intent?: string;
  q?: string;
  sort?: "confidence";
}

export const STATUS_LABELS: Record<ReviewStatus, string> = {
  unread: "Unread",
  saved_for_later: "Saved for later",
  reviewed: "Reviewed",
};

const isStatus = (value: string | null): value is ReviewStatus => value !== null && value in STATUS_LABELS;

function readBelow(value: string | null): number | undefined {
  const below = value ? Number(value) : Number.NaN;
  return below > 0 && below <= 1 ? below : undefined;
}

/** Read filters from a URL's query; what is not understood is left out. */
export function readFilters(search: string): Filters {
  const given = new URLSearchParams(search);
  const status = given.get("status");
  const below = readBelow(given.get("below"));
  const words = (["channel", "intent", "q"] as const).map((name) => [name, given.get(name)?.trim()] as const);
  return {
    ...(isStatus(status) && { status }),
    ...(below !== undefined && { below }),
    ...Object.fromEntries(words.filter(([, value]) => value)),
    ...(given.get("sort") === "confidence" && { sort: "confidence" as const }),
  };
}

/** The query of a URL, always in the same order: equal filters are one address. */
export function writeFilters(filters: Filters): string {
  const query = new URLSearchParams();
  for (const name of ["status", "below", "channel", "intent", "q", "sort"] as const) {
    const value = filters[name];
    if (value !== undefined && value !== "") query.set(name, String(value));
  }
  return query.size > 0 ? `?${query}` : "";
}

/** The same as the list call wants it (contract 1.6). */
export function apiQuery(filters: Filters): Record<string, string> {
  return {
    ...(filters.status && { review_status: filters.status }),
    ...(filters.below !== undefined && { maximumNluConfidence: String(filters.below) }),
    ...(filters.channel && { input_channels: filters.channel }),
    ...(filters.intent && { intent: filters.intent }),
    ...(filters.q && { text: filters.q }),
    ...(filters.sort === "confidence" ? { sort_by_confidence: "true" } : { sort_by_latest_event_time: "true" }),
  };
}

export interface Chip {
  name: keyof Filters;
  label: string;
}

/** One chip for everything that narrows the list and has no place of its own on the screen. */
export function chips(filters: Filters): Chip[] {
  return [
    ...(filters.below !== undefined
      ? [{ name: "below" as const, label: `confidence ≤ ${filters.below.toFixed(2)}` }]
      : []),
    ...(filters.channel ? [{ name: "channel" as const, label: filters.channel }] : []),
    ...(filters.intent ? [{ name: "intent" as const, label: `intent ${filters.intent}` }] : []),
    ...(filters.sort ? [{ name: "sort" as const, label: "least sure action first" }] : []),
  ];
}

export function without(filters: Filters, name: keyof Filters): Filters {
  const { [name]: _, ...rest } = filters;
  return rest;
}

export const isNarrowed = (filters: Filters): boolean => Object.keys(without(filters, "sort")).length > 0;
