import { LISTEN, SESSION_START } from "./events.ts";
import type { RasaEvent } from "./events.ts";

/** What somebody said or the bot did, with all that came of it: what was said, which slots were set. */
export interface Deed {
  what: RasaEvent;
  after: RasaEvent[];
}

/** Rasa's own steps, which nobody edits. */
export const isOwn = ({ what }: Deed): boolean => what.name === LISTEN || what.name === SESSION_START;

export const nameOf = ({ what }: Deed): string => what.parse_data?.intent?.name ?? what.name ?? "";

/** The conversation since its last restart, deed by deed. */
export function deeds(events: readonly RasaEvent[]): Deed[] {
  const found: Deed[] = [];
  for (const event of events.slice(events.findLastIndex((one) => one.event === "restart") + 1)) {
    const isDeed = event.event === "user" || event.event === "action";
    if (isDeed || found.length === 0) found.push({ what: event, after: [] });
    else found.at(-1)?.after.push(event);
  }
  return found;
}

/** A deed under another name: the message means that, or the bot did that, and what the other action said is gone. */
function renamed({ what, after }: Deed, name: string): Deed {
  if (what.event !== "user") return { what: { ...what, name, policy: null, confidence: null }, after: [] };
  return { what: { ...what, parse_data: { ...what.parse_data, intent: { name, confidence: 1 } } }, after };
}

/** The events as they should have been: `names` says what each deed is, null that it did not happen. The bot never listens twice. */
export function edited(all: readonly Deed[], names: readonly (string | null)[]): RasaEvent[] {
  const kept = all.flatMap((one, i) => {
    const name = names[i] ?? null;
    if (name === null) return [];
    return name === nameOf(one) ? [one] : [renamed(one, name)];
  });
  const isTwice = (one: Deed, i: number): boolean => one.what.name === LISTEN && kept[i - 1]?.what.name === LISTEN;
  return kept.filter((one, i) => !isTwice(one, i)).flatMap(({ what, after }) => [what, ...after]);
}
