import type { ComponentChildren } from "preact";

interface Props {
  title: string;
  children?: ComponentChildren;
  /** It is all that the page holds. */
  isPage?: boolean;
  /** Something failed: said to screen readers at once. */
  isAlert?: boolean;
}

/** What stands where nothing can be shown: says why, and what to do. */
export const Blank = ({ title, children, isPage, isAlert }: Props) => (
  <div class="blank" role={isAlert ? "alert" : undefined}>
    {isPage ? <h1>{title}</h1> : <h2>{title}</h2>}
    {children}
  </div>
);

/** Grey lines in the shape of what is coming. */
export const Waiting = ({ what, lines = 6 }: { what: string; lines?: number }) => (
  <div class="skeleton" role="status">
    <span class="sr">Loading {what}…</span>
    {Array.from({ length: lines }, (_, i) => (
      <i key={i} aria-hidden="true" />
    ))}
  </div>
);

interface FailureProps {
  /** What is not there. */
  what: string;
  why: string;
  again: () => unknown;
}

/** Something could not be loaded: why, and the way to try once more. */
export const Failure = ({ what, why, again }: FailureProps) => (
  <Blank title={`The ${what} could not be loaded`} isAlert>
    <p class="muted">{why}</p>
    <button type="button" class="button" onClick={() => void again()}>
      Try again
    </button>
  </Blank>
);
