import { signal } from "./signal.ts";
import { call } from "../api/call.ts";
import { conversations } from "../api/parlance.ts";
import { may } from "./token.ts";

/** How many conversations nobody has read yet; null while unknown. */
export const unread = signal<number | null>(null);

/** Count a change that the API has not confirmed yet. */
export function countUnread(by: number): number | null {
  if (unread.value !== null) unread.value = Math.max(0, unread.value + by);
  return unread.value;
}

/** How many texts of users wait to be annotated. */
export const inbox = signal<number | null>(null);

/** Count a change that the API has not confirmed yet. */
export function countInbox(by: number): void {
  if (inbox.value !== null) inbox.value = Math.max(0, inbox.value + by);
}

async function refreshInbox(): Promise<void> {
  const { headers } = await call("/projects/default/logs", { query: { limit: "1" } });
  inbox.value = Number(headers.get("X-Total-Count"));
}

export async function refreshBadges(): Promise<void> {
  if (may("logs.messages:list")) await refreshInbox();
  if (may("metadata:get")) unread.value = (await conversations({ review_status: "unread", limit: "1" })).total;
}
