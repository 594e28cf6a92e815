/** The runs of three signs in a text, its spaces and case evened out. */
function grams(text: string): Set<string> {
  const even = ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()} `;
  return new Set(Array.from({ length: Math.max(1, even.length - 2) }, (_, i) => even.slice(i, i + 3)));
}

function share(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const gram of a) if (b.has(gram)) common += 1;
  return (2 * common) / (a.size + b.size);
}

/** How much two texts have in common, from 0 to 1: the same words in another order are nearly the same. */
export const likeness = (a: string, b: string): number => share(grams(a), grams(b));

/** Those of `all` that are most like `text`, the likest first. */
export function nearest<T extends { text: string }>(text: string, all: readonly T[], most: number, least = 0): T[] {
  const wanted = grams(text);
  return all
    .map((one) => ({ one, like: share(wanted, grams(one.text)) }))
    .filter(({ like }) => like >= least)
    .sort((a, b) => b.like - a.like)
    .slice(0, most)
    .map(({ one }) => one);
}
