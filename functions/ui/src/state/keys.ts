import { signal } from "./signal.ts";
import { useLayoutEffect, useRef } from "../view/hooks.ts";
import { KEYMAP, isPrefix, matches, pressed, roomOf } from "../keymap.ts";
import type { ActionId, Binding, Situation } from "../keymap.ts";
import { route } from "./location.ts";
import { isQuiet } from "./settings.ts";

/** The action whose key was just pressed: its button answers with a pulse. */
export const fired = signal<ActionId | null>(null);

const SEQUENCE_MS = 1200;
interface Handler {
  /** Told what was pressed: it matters where any digit does. */
  work: (press: string) => void;
  /** A key may mean something only in one place; elsewhere the browser keeps it. */
  isWanted: () => boolean;
}

/** Newest last: what is on the screen for a while takes a key over, and gives it back. */
const handlers: { id: ActionId; handler: Handler }[] = [];

const handlerOf = (id: ActionId): Handler | undefined => handlers.findLast((one) => one.id === id)?.handler;
let before = "";
let beforeAt = 0;

const isTextField = (element: Element | null): boolean =>
  element?.matches("input:not([type=checkbox],[type=radio],[type=button]), textarea, select, [contenteditable]") ??
  false;

function situation(): Situation {
  return {
    room: roomOf(route.value.name),
    before: Date.now() - beforeAt < SEQUENCE_MS ? before : "",
    isTyping: isTextField(document.activeElement),
    isDialogOpen: document.querySelector("dialog[open], :popover-open") !== null,
    isQuiet: isQuiet.value,
  };
}

function pulse(id: ActionId): void {
  fired.value = id;
  setTimeout(() => fired.value === id && (fired.value = null), 250);
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const [press, now] = [pressed(event), situation()];
  const id = matches(press, now).find((one) => handlerOf(one)?.isWanted());
  before = !now.before && isPrefix(press, now) ? press : "";
  beforeAt = Date.now();
  if (!id) return;
  event.preventDefault();
  pulse(id);
  handlerOf(id)?.work(press);
}

addEventListener("keydown", onKey);

/** What the keys do on this screen, as it is now: the commands of the palette. Those that need a text field or a digit are left out. */
export function available(): Binding[] {
  const { room } = situation();
  const here = (one: Binding): boolean => one.room === room || one.room === "Everywhere";
  const isCommand = (one: Binding): boolean => !one.native && !(one.inText && one.room !== "Everywhere") && here(one);
  return KEYMAP.filter((one) => isCommand(one) && handlerOf(one.id as ActionId)?.isWanted());
}

/** Do what a key does. */
export const run = (id: ActionId): void => handlerOf(id)?.work("");

/** Do `work` when the key of action `id` is pressed, for as long as the component is on the screen. */
export function useKey(id: ActionId, work: (press: string) => void, isWanted: () => boolean = () => true): void {
  const latest = useRef({ work, isWanted });
  latest.current = { work, isWanted };
  // Before anything is painted: what one sees, one can press.
  useLayoutEffect(() => {
    const handler: Handler = { work: (press) => latest.current.work(press), isWanted: () => latest.current.isWanted() };
    handlers.push({ id, handler });
    return () =>
      void handlers.splice(
        handlers.findIndex((one) => one.handler === handler),
        1,
      );
  }, [id]);
}
