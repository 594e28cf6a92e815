import type { ComponentChildren, ComponentType } from "preact";
import { roomUrl } from "../../model/route.ts";
import type { Rest } from "../../model/route.ts";
import { Page } from "../../parts/page.tsx";
import { useKey } from "../../state/keys.ts";
import { Examples } from "./examples.tsx";
import { Lookups, Regexes, Synonyms } from "./terms.tsx";

const TABS = [
  { to: roomUrl("data"), label: "Examples" },
  { to: roomUrl("data", ["synonyms"]), label: "Synonyms" },
  { to: roomUrl("data", ["regexes"]), label: "Regexes" },
  { to: roomUrl("data", ["lookups"]), label: "Lookup tables" },
];

const add = (): void => document.querySelector<HTMLElement>(".part .primary")?.click();

/** The room's other pages, each a table. */
function Terms({ part, children }: { part: string; children: ComponentChildren }) {
  useKey("data.add", add);
  return (
    <Page title="Training data" tabs={TABS} here={roomUrl("data", [part])}>
      {children}
    </Page>
  );
}

const PAGES: Record<string, ComponentType> = { synonyms: Synonyms, regexes: Regexes, lookups: Lookups };

/** What the model learns from its users' words. */
export function TrainingData({ parts: [part = ""], search }: Rest) {
  const Found = PAGES[part];
  if (!Found) return <Examples tabs={TABS} here={roomUrl("data")} search={search} />;
  return (
    <Terms key={part} part={part}>
      <Found />
    </Terms>
  );
}
