import { signal } from "./signal.ts";
import { call } from "../api/call.ts";

export interface Tag {
  id: number;
  value: string;
  /** Six hexadecimal digits. */
  color: string;
  count: number;
}

/** Every tag there is, by value; empty until somebody needs them. */
export const tags = signal<readonly Tag[]>([]);

export async function loadTags(): Promise<void> {
  tags.value = (await call<Tag[]>("/conversations/tags")).data;
}

/** A tag's name; its number while the names are not here. */
export const tagName = (id: string | number): string =>
  tags.value.find((tag) => String(tag.id) === String(id))?.value ?? `#${id}`;
