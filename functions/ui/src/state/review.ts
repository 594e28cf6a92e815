import { setReviewStatus } from "../api/parlance.ts";
import { sentence } from "../api/call.ts";
import { STATUS_LABELS } from "../model/filters.ts";
import type { ReviewStatus } from "../model/rows.ts";
import { choose, confirm } from "./list.ts";
import { refreshBadges } from "./badges.ts";
import { complain, offerUndo } from "./toasts.ts";

async function write(id: string, status: ReviewStatus, before: ReviewStatus): Promise<void> {
  choose(id, status);
  try {
    await setReviewStatus(id, status);
  } catch (error) {
    choose(id, before);
    complain(`${id} was not changed. ${sentence(error)}`);
  } finally {
    confirm(id);
    void refreshBadges();
  }
}

/** Set a conversation's review status: at once on the screen, taken back when the API refuses, undoable for a while. */
export function review(id: string, status: ReviewStatus, before: ReviewStatus): void {
  if (status === before) return;
  void write(id, status, before);
  offerUndo(`${id}: ${STATUS_LABELS[status].toLowerCase()}`, () => void write(id, before, status));
}
