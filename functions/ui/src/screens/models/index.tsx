import type { Rest } from "../../model/route.ts";
import { Models as List } from "./list.tsx";
import { JobPage } from "./job.tsx";

/** The room of models: all of them, and one job with its log. */
export const Models = ({ parts: [kind, id] }: Rest) =>
  kind === "jobs" && id ? <JobPage key={id} id={id} /> : <List />;
