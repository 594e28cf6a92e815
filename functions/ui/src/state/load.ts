import { useEffect, useRef, useState } from "../view/hooks.ts";
import { sentence } from "../api/call.ts";
import { poll } from "./poll.ts";
import { complain, tell } from "./toasts.ts";

export interface Loaded<T> {
  /** Undefined until the first answer. */
  data: T | undefined;
  /** Why there is no answer, or no newer one. */
  problem: string | null;
  reload: () => Promise<void>;
}

/** What `fetch` answers, asked anew when `key` changes, and every so often where that is wanted: when frames of these `names` come. */
export function useLoad<T>(
  key: string,
  fetch: () => Promise<T>,
  everyMs?: number,
  names: readonly string[] = [],
): Loaded<T> {
  const [state, setState] = useState<{ key: string; data?: T; problem: string | null }>({ key, problem: null });
  const latest = useRef({ key, fetch });
  latest.current = { key, fetch };
  const reload = async (): Promise<void> => {
    const mine = latest.current;
    try {
      const data = await mine.fetch();
      if (mine.key === latest.current.key) setState({ key: mine.key, data, problem: null });
    } catch (error) {
      const problem = sentence(error);
      if (mine.key === latest.current.key) setState((before) => ({ ...before, key: mine.key, problem }));
      throw error;
    }
  };
  const quietly = (): Promise<void> => reload().catch(() => undefined);
  useEffect(() => {
    if (everyMs !== undefined) return poll(reload, everyMs, names);
    void quietly();
    return undefined;
  }, [key, everyMs]);
  const isMine = state.key === key;
  return { data: isMine ? state.data : undefined, problem: isMine ? state.problem : null, reload: quietly };
}

/** Do something and say how it went; false when it did not work. */
export async function attempt(work: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await work();
    if (done) tell(done);
    return true;
  } catch (error) {
    complain(sentence(error));
    return false;
  }
}
