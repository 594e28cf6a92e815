export type ReviewStatus = "unread" | "reviewed" | "saved_for_later";

/** A conversation as the list call answers it (the fields that the screens read). */
export interface Row {
  sender_id: string;
  sender_name?: string | null;
  latest_event_time: number | string | null;
  latest_input_channel: string | null;
  intents: string[];
  minimum_intent_confidence: number | null;
  minimum_action_confidence: number | null;
  review_status: ReviewStatus;
  n_user_messages: number;
  has_flagged_messages?: boolean;
  latest_user_message?: string | null;
  tags?: number[];
  /** It is led step by step. */
  interactive?: boolean;
}

const byId = (rows: readonly Row[]): Map<string, Row> => new Map(rows.map((row) => [row.sender_id, row]));

/** Seconds, whether the API said a number or an ISO date. */
export function rowTime(row: Row): number {
  const time = row.latest_event_time;
  return typeof time === "number" ? time : time ? Date.parse(time) / 1000 : 0;
}

/** Who talked: guests share a name, so the id stands beside it. */
export const rowName = ({ sender_id: id, sender_name: name }: Pick<Row, "sender_id" | "sender_name">): string =>
  name && name !== id ? `${name} · ${id}` : id;

/** Add an older page; a conversation that both pages hold stays where it was. */
export function appendPage(rows: readonly Row[], page: readonly Row[]): Row[] {
  const known = byId(rows);
  return [...rows, ...page.filter((row) => !known.has(row.sender_id))];
}

/** The row as it was when nothing changed, so that it is not drawn again. */
const newer = (known: Row | undefined, fresh: Row): Row =>
  known && JSON.stringify(known) === JSON.stringify(fresh) ? known : fresh;

export interface Merged {
  rows: Row[];
  arrivals: Row[];
}

/** Bring known rows up to date where they stand, so that nothing moves under the reader; the rest are arrivals. */
export function mergeInPlace(rows: readonly Row[], head: readonly Row[]): Merged {
  const fresh = byId(head);
  const known = byId(rows);
  return {
    rows: rows.map((row) => newer(row, fresh.get(row.sender_id) ?? row)),
    arrivals: head.filter((row) => !known.has(row.sender_id)),
  };
}

/** Put the newest page on top, in its own order: for somebody who watches and has nothing open. */
export function mergeOnTop(rows: readonly Row[], head: readonly Row[]): Row[] {
  const fresh = byId(head);
  const known = byId(rows);
  const top = head.map((row) => newer(known.get(row.sender_id), row));
  return [...top, ...rows.filter((row) => !fresh.has(row.sender_id))];
}

export const withStatus = (rows: readonly Row[], id: string, status: ReviewStatus): Row[] =>
  rows.map((row) => (row.sender_id === id ? { ...row, review_status: status } : row));

/** The row `by` places further, or undefined at either end. From nowhere, forward begins at the first. */
export function neighbour(rows: readonly Row[], id: string | undefined, by: 1 | -1): Row | undefined {
  const at = rows.findIndex((row) => row.sender_id === id);
  return at < 0 ? (by > 0 ? rows[0] : undefined) : rows[at + by];
}

/** The next conversation that waits for a reader: below `id` first, then from the top. */
export function nextUnread(rows: readonly Row[], id: string): Row | undefined {
  const at = rows.findIndex((row) => row.sender_id === id);
  const order = [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))];
  return order.find((row) => row.review_status === "unread");
}
