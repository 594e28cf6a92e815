import { effect, signal } from "./signal.ts";

export type Theme = "system" | "light" | "dark";

const read = (name: string): string | null => localStorage.getItem(`parlance.${name}`);
const write = (name: string, value: string): void => localStorage.setItem(`parlance.${name}`, value);

const stored = read("theme");

/** Kept in this browser: how the screens look. */
export const theme = signal<Theme>(stored === "light" || stored === "dark" ? stored : "system");

/** Kept in this browser: single-letter keys are off (WCAG 2.1.4). */
export const isQuiet = signal(read("keys") === "off");

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
  write("theme", theme.value);
});

effect(() => write("keys", isQuiet.value ? "off" : "on"));
