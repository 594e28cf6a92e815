import { readFilters, writeFilters } from "./filters.ts";
import type { Filters } from "./filters.ts";

export type Route =
  | { name: "login"; next: string }
  | { name: "talk"; id?: string }
  | { name: "conversations"; id?: string; filters: Filters }
  | { name: "missing"; path: string };

/** Only paths of our own may be returned to after logging in, never another site. */
const safeNext = (next: string | null): string => (next && /^\/(?![/\\])/.test(next) ? next : "/");

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * A part of a path, safe whatever it holds: front doors take a path with a dot in it for a file, and browsers take
 * `..` for a step up, even when it is written %2E%2E. So dots are written so that they survive one decoding.
 */
const encode = (part: string): string => encodeURIComponent(part.replaceAll("%", "%25").replaceAll(".", "%2E"));

/** Find the screen for an address. */
export function readRoute(path: string, search: string): Route {
  const [, room, rawId, ...rest] = path.split("/");
  const id = rawId && decode(decode(rawId));
  if (rest.length > 0) return { name: "missing", path };
  if (room === "login" && !id) return { name: "login", next: safeNext(new URLSearchParams(search).get("next")) };
  if (room === "talk") return { name: "talk", ...(id && { id }) };
  if (room === "conversations" || (room === "" && !id)) {
    return { name: "conversations", ...(id && { id }), filters: readFilters(search) };
  }
  return { name: "missing", path };
}

export const conversationUrl = (id: string): string => `/conversations/${encode(id)}`;

export const conversationsUrl = (filters: Filters, id?: string): string =>
  `${id ? conversationUrl(id) : "/conversations"}${writeFilters(filters)}`;

export const talkUrl = (id?: string): string => (id ? `/talk/${encode(id)}` : "/talk");

export const loginUrl = (next: string): string => {
  const here = safeNext(next);
  return here === "/" || here.startsWith("/login") ? "/login" : `/login?next=${encodeURIComponent(here)}`;
};
