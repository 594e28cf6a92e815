import { signal } from "@preact/signals";
import { conversations } from "../api/parlance.ts";
import { may } from "./token.ts";

/** How many conversations nobody has read yet; null while unknown. */
export const unread = signal<number | null>(null);

/** Count a change that the API has not confirmed yet. */
export function countUnread(by: number): number | null {
  if (unread.value !== null) unread.value = Math.max(0, unread.value + by);
  return unread.value;
}

export async function refreshBadges(): Promise<void> {
  if (may("metadata:get")) unread.value = (await conversations({ review_status: "unread", limit: "1" })).total;
}
