import { call } from "./call.ts";

const PROJECT = "/projects/default";

export interface Synonym {
  id: number;
  synonym_reference: string;
  mapped_values: { id: number; value: string }[];
}

export interface Regex {
  id: number;
  name: string;
  pattern: string;
}

export interface Lookup {
  id: number;
  name: string;
  number_of_elements: number;
}

export const elements = async (id: number): Promise<string> =>
  (await call<string>(`${PROJECT}/lookupTables/${id}`, { accept: "text/plain" })).data ?? "";

const lines = (text: string): { value: string }[] =>
  text
    .split("\n")
    .map((line) => ({ value: line.trim() }))
    .filter((one) => one.value);

const one = (id: number): string => `${PROJECT}/synonyms/${id}`;

async function renamed(known: Synonym, reference: string): Promise<Synonym> {
  if (known.synonym_reference === reference) return known;
  const body = { synonym_reference: reference };
  return (await call<Synonym>(one(known.id), { method: "PUT", body })).data;
}

/** Write a synonym with its values, one a line. What is new comes before what is dropped: a synonym without values is none. */
export async function saveSynonym(known: Synonym | null, reference: string, text: string): Promise<void> {
  const wanted = lines(text);
  if (!known) {
    const body = { synonym_reference: reference, mapped_values: wanted };
    return void (await call(`${PROJECT}/synonyms`, { method: "POST", body }));
  }
  const { id, mapped_values: had } = await renamed(known, reference);
  const fresh = wanted.filter(({ value }) => !had.some((old) => old.value === value));
  if (fresh.length > 0) await call(one(id), { method: "POST", body: { mapped_values: fresh } });
  for (const old of had.filter(({ value }) => !wanted.some((now) => now.value === value)))
    await call(`${one(id)}/${old.id}`, { method: "DELETE" });
}

export const saveRegex = (known: Regex | null, name: string, pattern: string): Promise<unknown> =>
  call(known ? `${PROJECT}/regexes/${known.id}` : `${PROJECT}/regexes`, {
    method: known ? "PUT" : "POST",
    body: { name, pattern },
  });

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

export const addLookup = (filename: string, text: string): Promise<unknown> =>
  call(`${PROJECT}/lookupTables`, { method: "POST", body: { filename, content: base64(text) } });
