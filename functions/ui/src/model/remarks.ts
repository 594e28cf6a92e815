interface Said {
  text: string;
  intent: string;
}

const even = (text: string): string => text.trim().replace(/\s+/g, " ").toLowerCase();

/** Examples whose text stands under two intents or more, whatever its case and spaces: no model can learn both. */
export function conflicts<E extends Said>(examples: readonly E[]): E[] {
  const byText = new Map<string, E[]>();
  for (const one of examples) byText.set(even(one.text), [...(byText.get(even(one.text)) ?? []), one]);
  return [...byText.values()].flatMap((same) => (new Set(same.map((one) => one.intent)).size > 1 ? same : []));
}

const ENOUGH = 10;
const TOO_FEW = 5;
const LOPSIDED = 10;

export interface Remark {
  intent: string;
  says: string;
}

/** How often the last evaluation took examples of an intent for another, by intent. */
export type Confused = Record<string, { confused_with?: Record<string, number> }>;

const taken = (confused: Confused): Remark[] =>
  Object.entries(confused)
    .flatMap(([intent, { confused_with = {} }]) =>
      Object.entries(confused_with).map(([other, times]) => ({
        intent,
        times,
        says: `${times}× taken for ${other} in the last evaluation`,
      })),
    )
    .toSorted((a, b) => b.times - a.times);

/** What would help the model most: what it confuses, intents with too few examples, and intents that outweigh the others. */
export function remarks(counts: ReadonlyMap<string, number>, confused: Confused = {}): Remark[] {
  const sorted = [...counts].toSorted(([, a], [, b]) => a - b);
  const usual = sorted[sorted.length >> 1]?.[1] ?? 0;
  return [
    ...taken(confused),
    ...sorted.flatMap(([intent, count]) => {
      if (count < TOO_FEW) return [{ intent, says: `${count} of at least ${ENOUGH} examples` }];
      return count >= LOPSIDED * usual
        ? [{ intent, says: `${Math.round(count / usual)} times as many examples as is usual here` }]
        : [];
    }),
  ];
}
