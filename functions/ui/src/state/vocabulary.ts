import { signal } from "./signal.ts";
import { entityNames, intents } from "../api/annotate.ts";
import type { Intent } from "../api/annotate.ts";

/** The intents of domain and examples, those with most examples first. */
export const knownIntents = signal<readonly Intent[]>([]);
/** The entities that are marked in examples. */
export const knownEntities = signal<readonly string[]>([]);

export async function loadVocabulary(): Promise<void> {
  const [all, entities] = await Promise.all([intents(), entityNames()]);
  knownIntents.value = all.toSorted((a, b) => b.examples_count - a.examples_count);
  knownEntities.value = entities;
}

/** A name that was just given is offered from now on. */
export function learn(intent: string, entities: readonly string[]): void {
  if (!knownIntents.value.some((one) => one.intent === intent))
    knownIntents.value = [...knownIntents.value, { intent, is_temporary: true, examples_count: 1 }];
  const fresh = entities.filter((name) => !knownEntities.value.includes(name));
  if (fresh.length > 0) knownEntities.value = [...knownEntities.value, ...new Set(fresh)].sort();
}
