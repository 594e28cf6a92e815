import { FIELDS, withFilter } from "./filters.ts";
import type { FilterName, Filters } from "./filters.ts";

const unsent = (name: FilterName, value: string): string =>
  FIELDS[name].kind === "yes" ? (value === (FIELDS[name] as { sends?: string }).sends ? "1" : "") : value;

/** The filters of a query as the list call has it: what was saved elsewhere, by whatever program. */
export function fromQuery(query: Readonly<Record<string, string>>): Filters {
  const names = Object.keys(FIELDS) as FilterName[];
  const found = names.reduce<Filters>(
    (all, name) => withFilter(all, name, unsent(name, query[FIELDS[name].to] ?? "")),
    {},
  );
  return query["sort_by_confidence"] === "true" ? { ...found, sort: "confidence" } : found;
}
