import type { ReviewStatus } from "./rows.ts";

type Kind = "names" | "words" | "share" | "count" | "day" | "choice" | "yes";

interface Field {
  /** The parameter of the list call (contract 1.6). */
  to: string;
  kind: Kind;
  /** What its chip says before the value; the whole chip where there is no value to tell. */
  says: string;
  /** What the API is told for `yes`. */
  sends?: string;
}

const STATUSES: readonly ReviewStatus[] = ["unread", "saved_for_later", "reviewed"];

/** Every filter by its name in the address, in the order that addresses have. */
export const FIELDS = {
  status: { to: "review_status", kind: "choice", says: "" },
  below: { to: "maximumNluConfidence", kind: "share", says: "confidence ≤" },
  above: { to: "minimumNluConfidence", kind: "share", says: "confidence ≥" },
  channel: { to: "input_channels", kind: "names", says: "" },
  intent: { to: "intent", kind: "names", says: "intent" },
  q: { to: "text", kind: "words", says: "" },
  entity: { to: "entity", kind: "names", says: "entity" },
  action: { to: "action", kind: "names", says: "action" },
  policy: { to: "policies", kind: "names", says: "policy" },
  slot: { to: "slots", kind: "names", says: "slot" },
  model: { to: "model", kind: "names", says: "model" },
  tag: { to: "tags_any", kind: "names", says: "tag" },
  action_below: { to: "maximumConfidence", kind: "share", says: "action ≤" },
  action_above: { to: "minimumConfidence", kind: "share", says: "action ≥" },
  messages: { to: "minimumUserMessages", kind: "count", says: "messages ≥" },
  from: { to: "start", kind: "day", says: "from" },
  until: { to: "until", kind: "day", says: "until" },
  env: { to: "rasa_environment", kind: "words", says: "environment" },
  flagged: { to: "is_flagged", kind: "yes", says: "flagged", sends: "true" },
  novel: { to: "in_training_data", kind: "yes", says: "not in the stories", sends: "false" },
  real: { to: "interactive", kind: "yes", says: "without interactive learning", sends: "false" },
  others: { to: "exclude_self", kind: "yes", says: "of others", sends: "true" },
} as const satisfies Record<string, Field>;

export type FilterName = keyof typeof FIELDS;

/** What the list is narrowed to, as texts; several names are separated by commas. An absent field does not narrow. */
export type Filters = { [name in FilterName]?: string } & { sort?: "confidence" };

const NAMES = Object.keys(FIELDS) as FilterName[];
const field = (name: FilterName): Field => FIELDS[name];

export const STATUS_LABELS: Record<ReviewStatus, string> = {
  unread: "Unread",
  saved_for_later: "Saved for later",
  reviewed: "Reviewed",
};

const DAY = /^\d{4}-\d\d-\d\d$/;

const MEANS: Record<Kind, (text: string) => boolean> = {
  names: (text) => names(text).length > 0,
  words: (text) => text !== "",
  share: (text) => Number(text) > 0 && Number(text) <= 1,
  count: (text) => /^[1-9]\d{0,5}$/.test(text),
  day: (text) => DAY.test(text) || Number(text) > 0,
  choice: (text) => (STATUSES as readonly string[]).includes(text),
  yes: (text) => text === "1",
};

/** The single names of a filter that may have several. */
export const names = (text: string | undefined): string[] =>
  (text ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);

/** Set a filter; one without a meaning is left out. */
export function withFilter(filters: Filters, name: FilterName, value: string): Filters {
  const text = value.trim();
  return MEANS[field(name).kind](text) ? { ...filters, [name]: text } : without(filters, name);
}

/** Read filters from a URL's query; what is not understood is left out. */
export function readFilters(search: string): Filters {
  const given = new URLSearchParams(search);
  const found = NAMES.reduce<Filters>((all, name) => withFilter(all, name, given.get(name) ?? ""), {});
  return given.get("sort") === "confidence" ? { ...found, sort: "confidence" } : found;
}

/** The query of a URL, always in the same order: equal filters are one address. */
export function writeFilters(filters: Filters): string {
  const query = new URLSearchParams();
  for (const name of [...NAMES, "sort"] as const) if (filters[name]) query.set(name, filters[name]);
  return query.size > 0 ? `?${query}` : "";
}

/** A day as the moment at which it begins here, or ends. */
function moment(text: string, isEnd: boolean): string {
  if (!DAY.test(text)) return text;
  const start = new Date(`${text}T00:00:00`).getTime() / 1000;
  return String(isEnd ? start + 86_399.999 : start);
}

function sent(name: FilterName, value: string): string {
  const { kind, sends } = field(name);
  return kind === "day" ? moment(value, name === "until") : (sends ?? value);
}

/** The same as the list call wants it. */
export function apiQuery(filters: Filters): Record<string, string> {
  const query: Record<string, string> = {};
  for (const name of NAMES) if (filters[name]) query[field(name).to] = sent(name, filters[name]);
  return { ...query, [filters.sort === "confidence" ? "sort_by_confidence" : "sort_by_latest_event_time"]: "true" };
}

export interface Chip {
  name: keyof Filters;
  label: string;
  /** The filters without it. */
  rest: Filters;
}

const HAS_PLACE: readonly string[] = ["status", "q"];

function chipsOf(filters: Filters, name: FilterName, titles: (tag: string) => string): Chip[] {
  const { kind, says } = field(name);
  const value = filters[name] as string;
  if (kind === "yes") return [{ name, label: says, rest: without(filters, name) }];
  if (kind !== "names") {
    const shown = kind === "share" ? Number(value).toFixed(2) : value;
    return [{ name, label: `${says} ${shown}`.trim(), rest: without(filters, name) }];
  }
  return names(value).map((one) => ({
    name,
    label: `${says} ${name === "tag" ? titles(one) : one}`.trim(),
    rest: withFilter(
      filters,
      name,
      names(value)
        .filter((other) => other !== one)
        .join(","),
    ),
  }));
}

/** One chip for everything that narrows the list and has no place of its own on the screen. `titles` names a tag. */
export function chips(filters: Filters, titles: (tag: string) => string = (tag) => tag): Chip[] {
  const found = NAMES.filter((name) => filters[name] && !HAS_PLACE.includes(name));
  const all = found.flatMap((name) => chipsOf(filters, name, titles));
  return filters.sort
    ? [...all, { name: "sort", label: "least sure action first", rest: without(filters, "sort") }]
    : all;
}

export function without(filters: Filters, name: keyof Filters): Filters {
  const { [name]: _, ...rest } = filters;
  return rest;
}

export const isNarrowed = (filters: Filters): boolean => Object.keys(without(filters, "sort")).length > 0;
