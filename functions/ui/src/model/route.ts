import { readFilters, writeFilters } from "./filters.ts";
import type { Filters } from "./filters.ts";

export type Route =
  | { name: "login"; next: string }
  | { name: "talk"; id?: string }
  | { name: "conversations"; id?: string; filters: Filters }
  | { name: "missing"; path: string };

/** Only paths of our own may be returned to after logging in, never another site. */
const safeNext = (next: string | null): string => (next && /^\/(?![/\\])/.test(next) ? next : "/");

function decode(part: string | undefined): string | undefined {
  try {
    return part ? decodeURIComponent(part) : undefined;
  } catch {
    return part;
  }
}

/** A part of a path. Dots too: front doors take a path with a dot in it for a file. */
const encode = (part: string): string => encodeURIComponent(part).replaceAll(".", "%2E");

/** Find the screen for an address. */
export function readRoute(path: string, search: string): Route {
  const [, room, rawId, ...rest] = path.split("/");
  const id = decode(rawId);
  if (rest.length > 0) return { name: "missing", path };
  if (room === "login" && !id) return { name: "login", next: safeNext(new URLSearchParams(search).get("next")) };
  if (room === "talk") return { name: "talk", ...(id && { id }) };
  if (room === "conversations" || (room === "" && !id)) {
    return { name: "conversations", ...(id && { id }), filters: readFilters(search) };
  }
  return { name: "missing", path };
}

export const conversationsUrl = (filters: Filters, id?: string): string =>
  `/conversations${id ? `/${encode(id)}` : ""}${writeFilters(filters)}`;

export const talkUrl = (id?: string): string => (id ? `/talk/${encode(id)}` : "/talk");

export const loginUrl = (next: string): string => {
  const here = safeNext(next);
  return here === "/" || here.startsWith("/login") ? "/login" : `/login?next=${encodeURIComponent(here)}`;
};
