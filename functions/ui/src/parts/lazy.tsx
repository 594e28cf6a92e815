import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useState } from "../view/hooks.ts";
import { Blank, Waiting } from "./blank.tsx";

type State<P> = ComponentType<P> | "loading" | "failed";

/** A component whose code is fetched when it is first drawn, unless it is `here` already. `waiting` stands in its place until then. */
export function lazy<P extends object>(
  what: string,
  load: () => Promise<ComponentType<P>>,
  here: () => ComponentType<P> | undefined,
  waiting: ComponentChildren = <Waiting what={what} />,
): ComponentType<P> {
  return function Lazy(props: P) {
    const [state, setState] = useState<State<P>>(() => here() ?? "loading");
    useEffect(() => {
      if (state !== "loading") return;
      load().then(
        (found) => setState(() => found),
        () => setState("failed"),
      );
    }, []);
    if (state === "loading") return <>{waiting}</>;
    if (state === "failed") return <Failed />;
    const Found = state;
    return <Found {...props} />;
  };
}

const Failed = () => (
  <Blank title="This screen could not be loaded" isAlert>
    <p class="muted">The way to Parlance was interrupted, or it was updated meanwhile.</p>
    <button type="button" class="button" onClick={() => location.reload()}>
      Load again
    </button>
  </Blank>
);
