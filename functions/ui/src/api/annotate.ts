import type { Entity } from "../model/events.ts";
import { call } from "./call.ts";

const at = (id: string, time: number): string => `/conversations/${encodeURIComponent(id)}/messages/${time}`;
const PROJECT = "/projects/default";

export interface Example {
  id: number;
  hash: string;
  text: string;
  intent: string;
  entities: Entity[];
  path?: string;
  line?: number;
}

export type NewExample = Pick<Example, "text" | "intent" | "entities">;

export interface Intent {
  intent: string;
  is_temporary: boolean;
  examples_count: number;
}

export const flag = (id: string, time: number): Promise<unknown> => call(`${at(id, time)}/flag`, { method: "PUT" });
export const unflag = (id: string, time: number): Promise<unknown> =>
  call(`${at(id, time)}/flag`, { method: "DELETE" });

export const correct = (id: string, time: number, intent: string): Promise<unknown> =>
  call(`${at(id, time)}/intent`, { method: "PUT", body: { intent } });
export const uncorrect = (id: string, time: number): Promise<unknown> =>
  call(`${at(id, time)}/intent`, { method: "DELETE" });

const tagsAt = (id: string): string => `/conversations/${encodeURIComponent(id)}/tags`;

export const tag = (id: string, given: { id?: number; value?: string; color?: string }): Promise<unknown> =>
  call(tagsAt(id), { method: "POST", body: [given] });
export const untag = (id: string, number: number): Promise<unknown> =>
  call(`${tagsAt(id)}/${number}`, { method: "DELETE" });

export const intents = async (): Promise<Intent[]> => (await call<Intent[]>(`${PROJECT}/intents`)).data;
export const entityNames = async (): Promise<string[]> => (await call<string[]>(`${PROJECT}/entities`)).data;

/** What Rasa's training data knows of an entity; a value that is the marked text itself goes without saying. */
function written(text: string, { entity, start, end, value, role, group }: Entity): Record<string, unknown> {
  const marked = Array.from(text)
    .slice(start ?? 0, end ?? 0)
    .join("");
  return { entity, start, end, value: String(value ?? marked), ...(role && { role }), ...(group && { group }) };
}

const isMarked = ({ start, end }: Entity): boolean => Number.isInteger(start) && Number.isInteger(end);

const body = ({ text, intent, entities }: NewExample): Record<string, unknown> => ({
  text,
  intent,
  entities: entities.filter(isMarked).map((one) => written(text, one)),
});

/** Add an example; one with the same text is replaced. */
export const addExample = async (one: NewExample): Promise<Example> =>
  (await call<Example>(`${PROJECT}/training_examples`, { method: "POST", body: body(one) })).data;

/** Add and remove many examples in one request; answers the names of those that came. */
export const editExamples = async (add: readonly NewExample[], remove: readonly string[]): Promise<string[]> =>
  (
    await call<{ added: string[] }>(`${PROJECT}/training_examples/bulk`, {
      method: "POST",
      body: { add: add.map(body), remove },
    })
  ).data.added;

export const changeExample = async (id: number, one: NewExample): Promise<Example> =>
  (await call<Example>(`${PROJECT}/training_examples/${id}`, { method: "PUT", body: body(one) })).data;

export const removeExample = (name: number | string): Promise<unknown> =>
  call(`${PROJECT}/training_examples/${name}`, { method: "DELETE" });
