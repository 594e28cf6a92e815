import type { BotReply, RasaEvent } from "../model/events.ts";
import type { ReviewStatus, Row } from "../model/rows.ts";
import { call } from "./call.ts";

/** One conversation: its row and its events, oldest first. */
export interface Tracker extends Row {
  n_events: number;
  events: RasaEvent[];
  slots?: Record<string, unknown> | null;
}

export interface Page {
  rows: Row[];
  /** How many there are in all; null when the API does not tell. */
  total: number | null;
  /** The API counted no further: there are more. */
  isMinimum: boolean;
  /** What the next page is asked for with; null on the last. */
  cursor: string | null;
}

interface Health {
  production?: { status?: number; state?: string; version?: string; message?: string; model_id?: string };
}

/** Browsers take `.` and `..` in a path for steps, however they are written: such names cannot be asked for. */
const at = (id: string): string => `/conversations/${encodeURIComponent(id)}`;

export async function logIn(username: string, password: string): Promise<string> {
  const { data } = await call<{ access_token: string }>("/auth", { method: "POST", body: { username, password } });
  return data.access_token;
}

export async function conversations(query: Record<string, string>, signal?: AbortSignal): Promise<Page> {
  const { data, headers } = await call<Row[]>("/conversations", { query, signal });
  const total = headers.get("X-Total-Count");
  return {
    rows: data,
    total: total === null ? null : Number(total),
    isMinimum: headers.has("X-Total-Count-Is-Minimum"),
    cursor: headers.get("X-Next-Cursor"),
  };
}

/** Read a conversation; `since` leaves out the events up to that moment. */
export async function tracker(id: string, signal?: AbortSignal, since?: number): Promise<Tracker> {
  const query = since === undefined ? {} : { since: String(since) };
  return (await call<Tracker>(at(id), { query, signal })).data;
}

export async function setReviewStatus(id: string, status: ReviewStatus): Promise<void> {
  await call(`${at(id)}/reviewStatus`, { method: "PUT", body: { review_status: status } });
}

/** Say something to the bot: in the user's own conversation, or in the named one. */
export async function say(message: string, id?: string): Promise<BotReply[]> {
  const path = id === undefined ? "/chat" : `${at(id)}/messages`;
  return (await call<BotReply[]>(path, { method: "POST", body: { message } })).data;
}

/** The name of the model that is tagged `production`. */
export async function productionModel(): Promise<string | undefined> {
  const query = { tag: "production", limit: "1" };
  return (await call<{ model: string }[]>("/projects/default/models", { query })).data[0]?.model;
}

export const health = async (): Promise<Health> => (await call<Health>("/health")).data;
