import type { Entity } from "./events.ts";

/** A word, a sign, or what stands between them; `start` and `end` count code points, as Rasa does. */
export interface Token {
  text: string;
  start: number;
  end: number;
  isWord: boolean;
}

const WORDS = new Intl.Segmenter(undefined, { granularity: "word" });
const LETTERS = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The text in pieces that can be marked: words, or letters where `isFine`. Joined again they are the text. */
export function tokens(text: string, isFine = false): Token[] {
  let start = 0;
  return [...(isFine ? LETTERS : WORDS).segment(text)].map(({ segment }) => {
    const end = start + Array.from(segment).length;
    const token = { text: segment, start, end, isWord: segment.trim() !== "" };
    start = end;
    return token;
  });
}

const isPlaced = (one: Entity): one is Entity & { start: number; end: number } =>
  Number.isInteger(one.start) && Number.isInteger(one.end);

export const overlaps = (one: Entity, start: number, end: number): boolean =>
  isPlaced(one) && one.start < end && start < one.end;

/** The entities with another one; those that it would overlap go. */
export function mark(
  text: string,
  entities: readonly Entity[],
  added: Entity & { start: number; end: number },
): Entity[] {
  const value = Array.from(text).slice(added.start, added.end).join("");
  const kept = entities.filter((one) => !overlaps(one, added.start, added.end));
  return [...kept, { value, ...added }].sort((a, b) => (a.start ?? 0) - (b.start ?? 0));
}
