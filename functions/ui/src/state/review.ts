import { setReviewStatus } from "../api/parlance.ts";
import { sentence } from "../api/call.ts";
import type { ReviewStatus } from "../model/rows.ts";
import { choose, confirm } from "./list.ts";
import { countUnread, refreshBadges } from "./badges.ts";
import { complain, offerUndo } from "./toasts.ts";

const DONE: Record<ReviewStatus, string> = {
  unread: "marked unread",
  reviewed: "marked reviewed",
  saved_for_later: "saved for later",
};

async function write(id: string, status: ReviewStatus, before: ReviewStatus): Promise<void> {
  choose(id, status);
  try {
    await setReviewStatus(id, status);
  } catch (error) {
    choose(id, before);
    complain(`${id} was not changed. ${sentence(error)}`);
  } finally {
    confirm(id);
    await refreshBadges().catch(() => undefined);
  }
}

/** Set a conversation's review status: at once on the screen, taken back when the API refuses, undoable for a while. */
export function review(id: string, status: ReviewStatus, before: ReviewStatus): void {
  if (status === before) return;
  void write(id, status, before);
  const left = countUnread(Number(status === "unread") - Number(before === "unread"));
  offerUndo(`${id} ${DONE[status]}${left === null ? "" : `, ${left} unread left`}`, () => void write(id, before, status));
}
