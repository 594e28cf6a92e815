import { conversationsUrl } from "../../model/route.ts";
import { neighbour, nextUnread } from "../../model/rows.ts";
import type { ReviewStatus, Row } from "../../model/rows.ts";
import { prefetch } from "../../state/detail.ts";
import { loadMore, rows } from "../../state/list.ts";
import { pickTo, togglePicked } from "../../state/picked.ts";
import { go, route } from "../../state/location.ts";
import { review } from "../../state/review.ts";
import { tell } from "../../state/toasts.ts";

const here = (): { id?: string; filters: object } =>
  route.value.name === "conversations" ? route.value : { filters: {} };

const link = (id: string): HTMLElement | null => document.querySelector(`.rows a[data-id="${CSS.escape(id)}"]`);

const focusedId = (): string | undefined => (document.activeElement as HTMLElement | null)?.dataset["id"];

/** At once, for the next key may come before the next frame; and then, for a row that is only drawn now. */
function focusRow(id: string): void {
  const drawn = link(id);
  drawn?.focus({ preventScroll: true });
  requestAnimationFrame(() => {
    if (!drawn) link(id)?.focus({ preventScroll: true });
    link(id)?.scrollIntoView({ block: "nearest" });
  });
}

function openRow(row: Row): void {
  go(conversationsUrl(here().filters, row.sender_id), { replace: here().id !== undefined });
  focusRow(row.sender_id);
}

/** The one that probably comes next is fetched now, so that it is there at once. */
const readAhead = (row: Row | undefined): void => void (row && prefetch(row.sender_id));

/** Through the list: what is open moves along; with nothing open only the focus does. */
export function move(by: 1 | -1): void {
  const open = here().id;
  const row = neighbour(rows.value, open ?? focusedId(), by);
  if (!row) return by > 0 ? void loadMore().catch(() => undefined) : undefined;
  if (open === undefined) return focusRow(row.sender_id);
  openRow(row);
  readAhead(neighbour(rows.value, row.sender_id, by));
}

/** Choose the conversation in focus for a common action; `isRange`: all up to it. */
export function pick(isRange: boolean): void {
  const id = focusedId() ?? here().id;
  if (id === undefined) return;
  const order = rows.value.map((row) => row.sender_id);
  if (isRange) pickTo(id, order);
  else togglePicked(id);
}

export function back(): void {
  const { id, filters } = here();
  if (id === undefined) return;
  go(conversationsUrl(filters));
  focusRow(id);
}

/** Decide on the open conversation and go on to the next that waits. */
export function decide(status: ReviewStatus): void {
  const id = here().id;
  if (id === undefined) return;
  const row = rows.value.find((one) => one.sender_id === id);
  review(id, status, row?.review_status ?? "unread");
  const following = status === "unread" ? undefined : nextUnread(rows.value, id);
  if (following) {
    openRow(following);
    readAhead(nextUnread(rows.value, following.sender_id));
  } else if (status !== "unread") tell("That was the last unread one.");
}
