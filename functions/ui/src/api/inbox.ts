import type { Entity, Prediction } from "../model/events.ts";
import { call } from "./call.ts";
import type { Example } from "./annotate.ts";

/** A text that users said, once, with its latest prediction. */
export interface Message {
  hash: string;
  time: number;
  model: string;
  conversation_id: string | null;
  n_messages: number;
  user_input: {
    text: string;
    intent: Prediction;
    intent_ranking: Prediction[];
    entities: Entity[];
  };
}

export interface InboxPage {
  rows: Message[];
  total: number;
  cursor: string | null;
}

const LOGS = "/projects/default/logs";

export async function messages(query: Record<string, string>): Promise<InboxPage> {
  const { data, headers } = await call<Message[]>(LOGS, { query });
  return { rows: data, total: Number(headers.get("X-Total-Count")), cursor: headers.get("X-Next-Cursor") };
}

export const archive = (hash: string): Promise<unknown> => call(`${LOGS}/${hash}`, { method: "DELETE" });

/** Let Rasa parse a text and put it into the inbox. */
export const addMessage = async (text: string): Promise<Message> =>
  (await call<Message>(LOGS, { method: "POST", body: text })).data;

/** The examples of some intents; all of them without any. */
export const examplesOf = async (intents: readonly string[]): Promise<Example[]> =>
  (await call<Example[]>("/projects/default/training_examples", { query: { intent: intents.join(",") } })).data;
