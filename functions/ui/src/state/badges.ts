import { signal } from "@preact/signals";
import { conversations } from "../api/parlance.ts";

/** How many conversations nobody has read yet; null while unknown. */
export const unread = signal<number | null>(null);

export async function refreshBadges(): Promise<void> {
  unread.value = (await conversations({ review_status: "unread", limit: "1" })).total;
}
