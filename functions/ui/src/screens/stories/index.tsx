import type { Rest } from "../../model/route.ts";
import { Flows } from "./flows.tsx";
import { ProjectPage } from "./project.tsx";
import { Responses } from "./responses.tsx";
import { TextPage } from "./text.tsx";

/** The room of what the bot does and says: stories, rules, responses, domain, configuration, all files. */
export function Stories({ parts: [kind = "stories", id] }: Rest) {
  if (kind === "responses") return <Responses name={id} />;
  if (kind === "domain" || kind === "config") return <TextPage key={kind} kind={kind} />;
  if (kind === "project") return <ProjectPage />;
  return kind === "rules" ? <Flows key="rules" kind="rules" id={id} /> : <Flows key="stories" kind="stories" id={id} />;
}
