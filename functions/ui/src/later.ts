import type { ComponentChildren, ComponentType } from "preact";
import { lazy } from "./parts/lazy.tsx";

type Rest = typeof import("./screens/rest.tsx");

/** Fetch that file while there is nothing better to do. */
export const ahead = (): Promise<unknown> => import("./screens/rest.tsx").catch(() => undefined);

/** A component out of the file that the first screen does not wait for. */
export const later = <P extends object>(
  what: string,
  pick: (rest: Rest) => ComponentType<P>,
  waiting?: ComponentChildren,
): ComponentType<P> => lazy(what, async () => pick(await import("./screens/rest.tsx")), waiting);
