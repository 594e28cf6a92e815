import type { ComponentChildren, ComponentType } from "preact";
import { lazy } from "./parts/lazy.tsx";

type Rest = typeof import("./screens/rest.tsx");

/** That file, once it is here: what is in it is then drawn with the key that asks for it, and the next key finds it. */
let rest: Rest | undefined;

const fetchRest = async (): Promise<Rest> => (rest ??= await import("./screens/rest.tsx"));

/** Fetch that file while there is nothing better to do. */
export const ahead = (): Promise<unknown> => fetchRest().catch(() => undefined);

/** A component out of the file that the first screen does not wait for. */
export const later = <P extends object>(
  what: string,
  pick: (rest: Rest) => ComponentType<P>,
  waiting?: ComponentChildren,
): ComponentType<P> =>
  lazy(
    what,
    async () => pick(await fetchRest()),
    () => rest && pick(rest),
    waiting,
  );
