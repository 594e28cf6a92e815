import { setReviewStatus } from "../api/parlance.ts";
import type { ReviewStatus } from "../model/rows.ts";
import { countUnread, refreshBadges } from "./badges.ts";
import { make } from "./change.ts";
import { choose } from "./list.ts";

const DONE: Record<ReviewStatus, string> = {
  unread: "marked unread",
  reviewed: "marked reviewed",
  saved_for_later: "saved for later",
};

/** Set a conversation's review status: at once on the screen, taken back when the API refuses, undoable for a while. */
export function review(id: string, status: ReviewStatus, before: ReviewStatus): void {
  if (status === before) return;
  const by = Number(status === "unread") - Number(before === "unread");
  const left = countUnread(by);
  const put = (one: ReviewStatus): Promise<void> =>
    setReviewStatus(id, one).finally(() => void refreshBadges().catch(() => undefined));
  make({
    done: `${id} ${DONE[status]}`,
    left: left === null ? "" : `, ${left} unread left`,
    show: () => choose(id, status),
    hide: () => (choose(id, before), countUnread(-by)),
    write: () => put(status),
    unwrite: () => put(before),
  });
}
