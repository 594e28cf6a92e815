import type { Rest } from "../../model/route.ts";
import { Models as List } from "./list.tsx";
import { JobPage } from "./job.tsx";
import { ModelPage } from "./model.tsx";

/** The room of models: all of them, one of them, and one job with its log. */
export function Models({ parts: [kind, id = ""] }: Rest) {
  if (kind === "jobs") return <JobPage key={id} id={id} />;
  return kind === "model" ? <ModelPage key={id} name={id} /> : <List />;
}
