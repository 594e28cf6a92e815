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

/** Writes of one conversation go one after another: an undo must not overtake what it undoes. */
const writing = new Map<string, Promise<void>>();

async function put(id: string, status: ReviewStatus, before: ReviewStatus): Promise<void> {
  try {
    await setReviewStatus(id, status);
    confirm(id, status);
  } catch (error) {
    choose(id, before);
    confirm(id, before);
    complain(`${id} was not changed. ${sentence(error)}`);
  }
  await refreshBadges().catch(() => undefined);
}

function write(id: string, status: ReviewStatus, before: ReviewStatus): void {
  choose(id, status);
  const done = (writing.get(id) ?? Promise.resolve()).then(() => put(id, status, before));
  writing.set(id, done);
  void done.then(() => writing.get(id) === done && writing.delete(id));
}

/** Set a conversation's review status: at once on the screen, taken back when the API refuses, undoable for a while. */
export function review(id: string, status: ReviewStatus, before: ReviewStatus): void {
  if (status === before) return;
  write(id, status, before);
  const left = countUnread(Number(status === "unread") - Number(before === "unread"));
  offerUndo(`${id} ${DONE[status]}${left === null ? "" : `, ${left} unread left`}`, () => write(id, before, status));
}
