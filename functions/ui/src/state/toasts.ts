import { signal } from "./signal.ts";

export interface Toast {
  id: number;
  text: string;
  isError: boolean;
  isUndoable: boolean;
}

const UNDO_MS = 10_000;
const PLAIN_MS = 5_000;
const REMEMBERED = 50;

export const toasts = signal<Toast[]>([]);

/** What can be taken back, oldest first; longer than its toast is on the screen. */
const undos = new Map<number, () => void>();
let count = 0;

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

function show(text: string, kind: Partial<Toast> = {}): number {
  const toast = { id: ++count, text, isError: false, isUndoable: false, ...kind };
  toasts.value = [...toasts.value.slice(-2), toast];
  setTimeout(() => dismiss(toast.id), toast.isUndoable ? UNDO_MS : PLAIN_MS);
  return toast.id;
}

export const tell = (text: string): void => void show(text);
export const complain = (text: string): void => void show(text, { isError: true });

export function offerUndo(text: string, undo: () => void): void {
  undos.set(show(text, { isUndoable: true }), undo);
  const [oldest] = undos.keys();
  if (undos.size > REMEMBERED && oldest !== undefined) undos.delete(oldest);
}

export function takeBack(id: number): void {
  const undo = undos.get(id);
  undos.delete(id);
  dismiss(id);
  undo?.();
}

/** Take back the newest action that has not been taken back. */
export function undoLast(): void {
  const newest = [...undos.keys()].at(-1);
  if (newest === undefined) return tell("Nothing to undo.");
  takeBack(newest);
}

/** For the next person at this screen there is nothing to take back. */
export function forgetToasts(): void {
  undos.clear();
  toasts.value = [];
}
