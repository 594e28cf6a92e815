import { roomUrl } from "../../model/route.ts";
import type { Rest } from "../../model/route.ts";
import { Examples } from "./examples.tsx";
import { Lookups, Regexes, Synonyms } from "./terms.tsx";

const TABS = [
  { to: roomUrl("data"), label: "Examples" },
  { to: roomUrl("data", ["synonyms"]), label: "Synonyms" },
  { to: roomUrl("data", ["regexes"]), label: "Regexes" },
  { to: roomUrl("data", ["lookups"]), label: "Lookup tables" },
];

/** What the model learns from its users' words. */
export function TrainingData({ parts: [part], search }: Rest) {
  const shared = { tabs: TABS, here: roomUrl("data", part ? [part] : []) };
  if (part === "synonyms") return <Synonyms {...shared} />;
  if (part === "regexes") return <Regexes {...shared} />;
  if (part === "lookups") return <Lookups {...shared} />;
  return <Examples {...shared} search={search} />;
}
