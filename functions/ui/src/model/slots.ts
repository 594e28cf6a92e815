import { appliedEvents } from "./applied.ts";
import type { RasaEvent } from "./events.ts";

export interface SlotValue {
  name: string;
  value: unknown;
  /** Set or changed by the turn that is looked at. */
  changed: boolean;
}

/** Kept by Rasa for itself: shown only when it says something. */
const INTERNAL = new Set(["requested_slot", "session_started_metadata"]);

/** Slot values after `events`, by name; a slot that was reset is gone. */
export function slotValues(events: readonly RasaEvent[]): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const event of appliedEvents(events)) {
    if (event.event === "reset_slots") values.clear();
    if (event.event === "slot" && event.name) values.set(event.name, event.value);
  }
  return values;
}

const isSet = (value: unknown): boolean => value !== null && value !== undefined;

/** What every known slot held after event number `end`, with those marked that changed from `start` on. */
export function slotsAt(events: readonly RasaEvent[], start: number, end: number, known: string[]): SlotValue[] {
  const before = slotValues(events.slice(0, start));
  const after = slotValues(events.slice(0, end));
  const shown = new Set([...known.filter((name) => !INTERNAL.has(name)), ...after.keys()]);
  return [...shown]
    .filter((name) => !INTERNAL.has(name) || isSet(after.get(name)))
    .sort()
    .map((name) => {
      const value = after.get(name) ?? null;
      return { name, value, changed: JSON.stringify(value) !== JSON.stringify(before.get(name) ?? null) };
    });
}
