import type { ComponentChildren } from "preact";
import { useState } from "../../view/hooks.ts";
import { Blank } from "../../parts/blank.tsx";

/** What one of a list is called, where it leads, and what is said below its name. */
export interface Named {
  name: string;
  url: string;
  about: ComponentChildren;
  /** All words by which it is found. */
  words: string;
}

/** Those that have the typed words. */
export function useFound<T extends Named>(all: readonly T[]): [T[], (words: string) => void] {
  const [words, find] = useState("");
  return [all.filter((one) => one.words.toLowerCase().includes(words.toLowerCase())), find];
}

interface Props {
  what: string;
  shown: readonly Named[];
  open: string | undefined;
  find: (words: string) => void;
  /** Said where there is none at all. */
  empty: string | false;
}

/** The left column: names to choose from, narrowed by typing. */
export const Names = ({ what, shown, open, find, empty }: Props) => (
  <section class="col list" aria-label={`List of ${what}`}>
    <div class="chips">
      <input
        type="search"
        aria-label={`Find ${what}`}
        placeholder="Name or words in it"
        onInput={(event) => find(event.currentTarget.value)}
      />
    </div>
    <div class="scroll">
      <ul aria-label={what[0]?.toUpperCase() + what.slice(1)}>
        {shown.map((one) => (
          <li key={one.url}>
            <a class="item slim" href={one.url} aria-current={one.url === open ? "true" : undefined}>
              <span class="ell">
                <bdi>{one.name}</bdi>
              </span>
              <span class="row small muted">{one.about}</span>
            </a>
          </li>
        ))}
      </ul>
      {shown.length === 0 && (
        <Blank title={empty ? `No ${what} yet` : "Nothing matches"}>{empty && <p class="muted">{empty}</p>}</Blank>
      )}
    </div>
  </section>
);
