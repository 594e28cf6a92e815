import { signal } from "./signal.ts";

/** The conversations chosen for a common action, in the order of choosing; null: nothing is being chosen. */
export const picked = signal<readonly string[] | null>(null);

export function togglePicked(id: string): void {
  const now = picked.value ?? [];
  picked.value = now.includes(id) ? now.filter((one) => one !== id) : [...now, id];
}

/** Choose everything between the one chosen last and `id`, as `order` lists them. */
export function pickTo(id: string, order: readonly string[]): void {
  const now = picked.value ?? [];
  const [a, b] = [order.indexOf(now.at(-1) ?? id), order.indexOf(id)];
  const between = order.slice(Math.min(a, b), Math.max(a, b) + 1);
  picked.value = [...now, ...between.filter((one) => !now.includes(one))];
}
