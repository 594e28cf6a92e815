import { signal } from "./signal.ts";
import { call } from "../api/call.ts";
import { addMessage } from "../api/inbox.ts";
import type { Message } from "../api/inbox.ts";
import { LISTEN } from "../model/events.ts";
import type { RasaEvent } from "../model/events.ts";
import { talkUrl } from "../model/route.ts";
import { refreshDetail } from "./detail.ts";
import { attempt } from "./load.ts";
import { go } from "./location.ts";

export interface Score {
  action: string;
  score: number;
}

/** Write into the field that a text came from. */
export type Put = (text: string) => void;

export interface Unclear {
  input: Message["user_input"];
  put: Put;
}

/** What the bot would do next in the conversation that is led, the likeliest first; null: it is the user's turn. */
export const scores = signal<readonly Score[] | null>(null);
/** What was said, while nobody has said yet what it means. */
export const unclear = signal<Unclear | null>(null);

const MOST = 6;

const at = (id: string): string => `/conversations/${encodeURIComponent(id)}`;

/** Begin a conversation that is led step by step: a new one, or where another one is now. */
export async function begin(source?: string): Promise<void> {
  const body = source === undefined ? {} : { conversation_id_to_copy_from: source };
  const { data } = await call<{ sender_id: string }>("/conversations", { method: "POST", body });
  go(talkUrl(data.sender_id));
}

export const isBotsTurn = (events: readonly RasaEvent[]): boolean => {
  const last = events.findLast((one) => one.event === "user" || one.event === "action");
  return last !== undefined && last.name !== LISTEN;
};

/** Ask what the bot would do next; `...` is what Rasa itself puts in for actions of end-to-end stories. */
export async function predict(id: string): Promise<void> {
  const { data } = await call<{ scores: Score[] }>(`${at(id)}/predict`, { method: "POST" });
  const real = data.scores.filter((one) => one.action !== "...");
  scores.value = real.toSorted((a, b) => b.score - a.score).slice(0, MOST);
}

/** Let the bot hear a text; what it means is asked before it counts. What cannot be heard is put back. */
export async function hear(text: string, put: Put): Promise<void> {
  const parse = async (): Promise<unknown> => (unclear.value = { input: (await addMessage(text)).user_input, put });
  if (!(await attempt(parse))) put(text);
}

/** Say what the text means: it becomes a training example, and the bot's turn begins. */
export async function understand(id: string, { input, put }: Unclear, intent: string): Promise<void> {
  const parse_data = { ...input, intent: { name: intent, confidence: 1 } };
  const body = { event: "user", text: input.text, parse_data };
  put("");
  await call(`${at(id)}/events`, { method: "POST", body }).catch((error: unknown) => {
    put(input.text);
    throw error;
  });
  await Promise.all([predict(id), refreshDetail()]);
}

/** Let the bot do something; after listening it is the user's turn. */
export async function act(id: string, name: string): Promise<void> {
  await call(`${at(id)}/execute`, { method: "POST", body: { name } });
  scores.value = null;
  await Promise.all([name === LISTEN ? undefined : predict(id), refreshDetail()]);
}

/** Have it that the conversation went like this; then it goes on from there. */
export async function rewrite(id: string, events: RasaEvent[]): Promise<void> {
  await call(`${at(id)}/events`, { method: "PUT", body: events });
  scores.value = null;
  await Promise.all([isBotsTurn(events) ? predict(id) : undefined, refreshDetail()]);
}
