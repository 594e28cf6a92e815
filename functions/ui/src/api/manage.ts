import { call } from "./call.ts";

type Method = "POST" | "PUT" | "DELETE";

export const read = async <T>(path: string): Promise<T> => (await call<T>(path)).data;

export const act = async <T>(method: Method, path: string, body?: unknown): Promise<T> =>
  (await call<T>(path, { method, ...(body !== undefined && { body }) })).data;

/** A path of names, each safe whatever it holds. */
export const at = (...names: (string | number)[]): string =>
  `/${names.map((one) => encodeURIComponent(one)).join("/")}`;
