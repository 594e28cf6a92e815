import { readFilters, writeFilters } from "./filters.ts";
import type { Filters } from "./filters.ts";

/** Rooms whose own code reads what follows their name in the address. */
export const ROOMS = ["inbox", "data", "stories", "models", "insights", "settings"] as const;

export type RoomName = (typeof ROOMS)[number];

/** What stands behind a room's name: `/models/a/b?c=d` is parts `["a", "b"]` and search `?c=d`. */
export interface Rest {
  parts: string[];
  search: string;
}

export type Route =
  | { name: "login"; next: string }
  | { name: "guest"; token: string }
  | { name: "talk"; id?: string }
  | { name: "conversations"; id?: string; filters: Filters }
  | ({ name: RoomName } & Rest)
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

const isRoom = (name: string): name is RoomName => (ROOMS as readonly string[]).includes(name);

/** Find the screen for an address. */
export function readRoute(path: string, search: string): Route {
  const [room = "", ...raw] = path.split("/").slice(1);
  const parts = raw.filter(Boolean).map((part) => decode(decode(part)));
  const [id] = parts;
  if (isRoom(room)) return { name: room, parts, search };
  if (parts.length > 1) return { name: "missing", path };
  if (room === "login" && !id) return { name: "login", next: safeNext(new URLSearchParams(search).get("next")) };
  if (room === "guest" && id) return { name: "guest", token: id };
  if (room === "talk") return { name: "talk", ...(id && { id }) };
  if (room === "conversations" || (room === "" && !id)) {
    return { name: "conversations", ...(id && { id }), filters: readFilters(search) };
  }
  return { name: "missing", path };
}

/** The address of something in a room; parts that are empty are left out. */
export const roomUrl = (room: string, parts: string[] = [], search = ""): string =>
  `/${[room, ...parts.filter(Boolean).map(encode)].join("/")}${search}`;

export const conversationUrl = (id: string): string => roomUrl("conversations", [id]);

export const conversationsUrl = (filters: Filters, id?: string): string =>
  `${id ? conversationUrl(id) : "/conversations"}${writeFilters(filters)}`;

export const talkUrl = (id?: string): string => roomUrl("talk", id ? [id] : []);

export const guestUrl = (token: string): string => roomUrl("guest", [token]);

export const loginUrl = (next: string): string => {
  const here = safeNext(next);
  return here === "/" || here.startsWith("/login") ? "/login" : `/login?next=${encodeURIComponent(here)}`;
};
