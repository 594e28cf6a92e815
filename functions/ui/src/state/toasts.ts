import { signal } from "@preact/signals";

export interface Toast {
  id: number;
  text: string;
  isError: boolean;
  undo?: () => void;
}

const UNDO_MS = 10_000;
const PLAIN_MS = 5_000;

export const toasts = signal<Toast[]>([]);
let count = 0;

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

function show(toast: Omit<Toast, "id">): void {
  const id = ++count;
  toasts.value = [...toasts.value.slice(-2), { ...toast, id }];
  setTimeout(() => dismiss(id), toast.undo ? UNDO_MS : PLAIN_MS);
}

export const tell = (text: string): void => show({ text, isError: false });
export const complain = (text: string): void => show({ text, isError: true });
export const offerUndo = (text: string, undo: () => void): void => show({ text, isError: false, undo });

/** Take back the newest action that still offers it. */
export function undoLast(): void {
  const toast = toasts.value.findLast((one) => one.undo);
  if (!toast) return tell("Nothing to undo.");
  dismiss(toast.id);
  toast.undo?.();
}
