interface Said {
  text: string;
  intent: string;
}

export interface Conflict<E> {
  text: string;
  examples: E[];
}

const even = (text: string): string => text.trim().replace(/\s+/g, " ").toLowerCase();

/** Texts that stand under two intents or more, whatever their case and spaces: no model can learn both. */
export function conflicts<E extends Said>(examples: readonly E[]): Conflict<E>[] {
  const byText = new Map<string, E[]>();
  for (const one of examples) byText.set(even(one.text), [...(byText.get(even(one.text)) ?? []), one]);
  return [...byText]
    .filter(([, same]) => new Set(same.map((one) => one.intent)).size > 1)
    .map(([text, same]) => ({ text, examples: same }));
}

const ENOUGH = 10;
const TOO_FEW = 5;
const LOPSIDED = 10;

export interface Remark {
  intent: string;
  says: string;
}

function median(counts: number[]): number {
  const sorted = counts.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** What would help the model most: intents with too few examples, and intents that outweigh the others. */
export function remarks(counts: ReadonlyMap<string, number>): Remark[] {
  const usual = median([...counts.values()]);
  return [...counts]
    .toSorted(([, a], [, b]) => a - b)
    .flatMap(([intent, count]) => {
      if (count < TOO_FEW) return [{ intent, says: `${count} of at least ${ENOUGH} examples` }];
      const times = usual > 0 ? count / usual : 0;
      return times >= LOPSIDED
        ? [{ intent, says: `${Math.round(times)} times as many examples as is usual here` }]
        : [];
    });
}
