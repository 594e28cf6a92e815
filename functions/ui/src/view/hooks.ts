/** What a component remembers from one drawing to the next. */
import { computed, guarded, newReader, noting, signal } from "../state/signal.ts";
import type { Reader, ReadonlySignal, Signal } from "../state/signal.ts";

type Work = () => unknown;
type Inputs = readonly unknown[];

interface Effect {
  work: Work;
  inputs: Inputs | undefined;
  end?: unknown;
  isLayout: boolean;
  isGone?: boolean;
}

/** A component on the screen: its state, what it read, what is to be done once it is drawn. */
export interface Memory {
  reader: Reader;
  slots: unknown[];
  due: Effect[];
}

export const newMemory = (wake: () => void): Memory => ({ reader: newReader(wake), slots: [], due: [] });

let mine: Memory;
let at = 0;

/** Let a component say what it wants, with its memory at hand. */
export function remembering(memory: Memory, work: Work): unknown {
  [mine, at] = [memory, 0];
  return noting(memory.reader, work);
}

const slot = <T>(make: () => T): T => (mine.slots[at++] ??= make()) as T;

export type Setter<T> = (next: T | ((now: T) => T)) => void;

const worth = <T>(one: T | ((now: T) => T), now: T): T =>
  typeof one === "function" ? (one as (now: T) => T)(now) : one;

export function useState<T>(first: T | (() => T)): [T, Setter<T>] {
  const { reader } = mine;
  return slot(() => {
    const state: [T, Setter<T>] = [
      worth(first as T, undefined as T),
      (next) => {
        const value = worth(next, state[0]);
        if (Object.is(value, state[0])) return;
        state[0] = value;
        reader.wake();
      },
    ];
    return state;
  });
}

export function useRef<T>(first: T): { current: T };
export function useRef<T>(first: T | null): { readonly current: T | null };
export function useRef<T>(first: T): { current: T } {
  return slot(() => ({ current: first }));
}

function due(work: Work, inputs: Inputs | undefined, isLayout: boolean): void {
  const effect = slot<Effect>(() => ({ work, inputs: undefined, isLayout }));
  if (inputs && effect.inputs?.every((one, i) => one === inputs[i])) return;
  Object.assign(effect, { work, inputs });
  mine.due.push(effect);
}

/** Do `work` when this is drawn and painted, and again when an input changes; what it returns is called before that, and in the end. */
export const useEffect = (work: Work, inputs?: Inputs): void => due(work, inputs, false);

/** The same, before it is painted. */
export const useLayoutEffect = (work: Work, inputs?: Inputs): void => due(work, inputs, true);

export const useSignal = <T>(value: T): Signal<T> => useState(() => signal(value))[0];

export function useComputed<T>(work: () => T): ReadonlySignal<T> {
  const latest = useRef(work);
  latest.current = work;
  return useState(() => computed(() => latest.current()))[0];
}

const painted: Effect[] = [];
const laid: Effect[] = [];

/** Everything in this component is on the page: what it wants done waits for its moment. */
export function drawn(memory: Memory): void {
  for (const effect of memory.due.splice(0)) (effect.isLayout ? laid : painted).push(effect);
}

function end(effect: Effect): void {
  if (typeof effect.end === "function") guarded(effect.end as Work);
  effect.end = undefined;
}

/** One that throws stops no other. */
function run(effects: Effect[]): void {
  const all = effects.splice(0).filter((one) => !one.isGone);
  all.forEach(end);
  for (const one of all) one.end = guarded(one.work);
}

export const afterLayout = (): void => run(laid);
export const afterPaint = (): void => run(painted);

/** Frames do not come while nobody looks. */
const PATIENCE_MS = 35;

/** After the next frame, or a little later. */
export function plan(): void {
  if (painted.length === 0) return;
  const soon = (): void => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    setTimeout(afterPaint);
  };
  const timer = setTimeout(soon, PATIENCE_MS);
  const frame = requestAnimationFrame(soon);
}

/** The component leaves the screen. */
export function forgetAll({ slots }: Memory): void {
  for (const one of slots as Effect[]) {
    if (typeof one?.work !== "function") continue;
    one.isGone = true;
    end(one);
  }
}
