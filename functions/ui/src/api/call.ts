import { signal } from "../state/signal.ts";
import { forget, session } from "../state/token.ts";

/** An answer that is not success. `status` 0: nobody answered. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** The API's own name for what happened, such as `RasaTimeout`. */
    readonly reason = "",
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }

  /** The same call may work in a while: the way, the server or Rasa is away. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface Reply<T> {
  data: T;
  headers: Headers;
}

interface Options {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  query?: Record<string, string>;
  body?: unknown;
  /** Sent as it is, instead of a body in JSON. */
  raw?: { data: string | Blob; type: string };
  /** The entity tag of what was read: the change is refused when somebody else was faster. */
  ifMatch?: string | undefined;
  accept?: string;
  signal?: AbortSignal | undefined;
}

/** Whether the last call got an answer at all. */
export const isReachable = signal(true);

/** As many characters are 60 KB at most; browsers allow 64. */
const KEPT_LENGTH = 20_000;

function request(options: Options): RequestInit {
  const token = session.value?.token;
  const type = options.raw?.type ?? (options.body === undefined ? undefined : "application/json");
  const body = options.raw?.data ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  return {
    method: options.method ?? "GET",
    // A decision is kept even when the page is left before the answer; browsers do so for small bodies only.
    keepalive: options.method !== undefined && typeof body !== "object" && (body ?? "").length < KEPT_LENGTH,
    headers: {
      Accept: options.accept ?? "application/json",
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(type && { "Content-Type": type }),
      ...(options.ifMatch && { "If-Match": options.ifMatch }),
    },
    ...(body !== undefined && { body }),
    ...(options.signal && { signal: options.signal }),
  };
}

async function send(path: string, options: Options): Promise<Response> {
  const query = new URLSearchParams(options.query).toString();
  try {
    const answer = await fetch(`/api${path}${query && `?${query}`}`, request(options));
    isReachable.value = true;
    return answer;
  } catch (error) {
    if (options.signal?.aborted) throw error;
    isReachable.value = false;
    throw new ApiError(0, "Parlance does not answer. Is this computer online?");
  }
}

async function failure(answer: Response): Promise<ApiError> {
  const body = (await answer.json().catch(() => ({}))) as { message?: unknown; reason?: unknown };
  const message = typeof body.message === "string" ? body.message : `The server answered ${answer.status}.`;
  const wait = Number(answer.headers.get("Retry-After"));
  return new ApiError(answer.status, message, String(body.reason ?? ""), wait > 0 ? wait : null);
}

/** Call the API under `/api`. Throws ApiError; a token that is no longer accepted leads back to the login screen. */
export async function call<T>(path: string, options: Options = {}): Promise<Reply<T>> {
  const answer = await send(path, options);
  if (answer.ok) {
    const text = await answer.text();
    const isJson = answer.headers.get("Content-Type")?.includes("json") ?? false;
    return { data: (isJson && text ? JSON.parse(text) : text || null) as T, headers: answer.headers };
  }
  const error = await failure(answer);
  if (answer.status === 401 && session.value) forget("Your session has ended. Please log in again.");
  throw error;
}

/** A sentence for people, whatever was thrown. */
export const sentence = (error: unknown): string =>
  error instanceof ApiError ? error.message : `Something went wrong here: ${String(error)}`;
