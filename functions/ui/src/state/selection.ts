import { computed } from "./signal.ts";
import { lastSpoken, leastSure } from "../model/fold.ts";
import { selected, turns } from "./detail.ts";

/** The selected turn's key; the last turn when none was chosen. */
export const chosenKey = computed(() => selected.value ?? lastSpoken(turns.value)?.key ?? null);

/** The turn that the right column is about. */
export const chosenTurn = computed(() => turns.value.find((turn) => turn.key === chosenKey.value));

/** Look at the turn of which the bot was least sure, unless another was chosen. */
export function startReading(): void {
  selected.value ??= leastSure(turns.value)?.key ?? null;
  if (chosenKey.value) show(chosenKey.value);
}

const show = (key: string): void => document.getElementById(key)?.scrollIntoView({ block: "nearest" });

export function select(key: string): void {
  selected.value = key;
}

/** Go to the turn before or after, and bring it into view. */
export function step(by: 1 | -1): void {
  const at = turns.value.findIndex((turn) => turn.key === chosenKey.value);
  const turn = turns.value[at + by];
  if (!turn) return;
  select(turn.key);
  show(turn.key);
}
