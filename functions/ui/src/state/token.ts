import { signal } from "./signal.ts";
import { readClaims } from "../model/claims.ts";
import type { Session } from "../model/claims.ts";

const KEY = "parlance.token";

const load = (): Session | null => readClaims(localStorage.getItem(KEY), Date.now());

/** Who is logged in; null after signing out or when the token's life has ended. */
export const session = signal<Session | null>(load());

/** Why the login screen appears without having been asked for. */
export const notice = signal<string | null>(null);

export function keep(token: string): void {
  localStorage.setItem(KEY, token);
  session.value = load();
  notice.value = null;
}

/** Be somebody in this page only: a guest does not log the browser's owner out. */
export function enter(token: string): void {
  session.value = readClaims(token, Date.now());
}

export function forget(reason: string | null = null): void {
  if (session.value?.token === localStorage.getItem(KEY)) localStorage.removeItem(KEY);
  session.value = null;
  notice.value = reason;
}

/** Whether the user's roles allow something; the API decides, this only keeps useless buttons away. */
export const may = (scope: string): boolean => session.value?.scopes.includes(scope) ?? false;

/** Signing out or in in one tab counts in all of them. */
addEventListener("storage", (event) => {
  if (event.key === KEY || event.key === null) session.value = load();
});
