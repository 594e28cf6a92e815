import type { Button, Variation } from "../api/teach.ts";

/** Buttons as lines: what it says | what it sends. */
export const writeButtons = (buttons: Button[] | undefined): string =>
  (buttons ?? []).map((one) => (one.payload ? `${one.title} | ${one.payload}` : one.title)).join("\n");

/** The same back; a line without a bar sends what it says. */
export const readButtons = (text: string): Button[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [title = "", ...rest] = line.split("|");
      const payload = rest.join("|").trim();
      return { title: title.trim(), ...(payload && { payload }) };
    });

export interface Content {
  response_name: string;
  [field: string]: unknown;
}

const KEPT = ["attachment", "elements", "quick_replies"] as const;
const WORDS = ["text", "channel", "image"] as const;

/** What a form says of a variation, with what the form does not know. Throws SyntaxError for a payload that is no JSON. */
export function contentOf(name: string, given: FormData, old: Variation | null): Content {
  const word = (field: string): string => String(given.get(field) ?? "").trim();
  const buttons = readButtons(word("buttons"));
  return {
    response_name: name,
    ...Object.fromEntries(WORDS.map((field) => [field, word(field)]).filter(([, value]) => value)),
    ...(buttons.length > 0 && { buttons: buttons.map((one) => ({ ...same(old, one), ...one })) }),
    ...(word("custom") && { custom: JSON.parse(word("custom")) as unknown }),
    ...Object.fromEntries(KEPT.filter((field) => old?.[field]).map((field) => [field, old?.[field]])),
  };
}

/** What else the button of this title had, such as a type. */
const same = (old: Variation | null, one: Button): Partial<Button> =>
  old?.buttons?.find((other) => other.title === one.title) ?? {};
