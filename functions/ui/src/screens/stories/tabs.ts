import type { Tab } from "../../parts/page.tsx";
import { may } from "../../state/token.ts";

const ALL: (Tab & { scope: string })[] = [
  { to: "/stories", label: "Stories", scope: "stories:list" },
  { to: "/stories/rules", label: "Rules", scope: "rules:list" },
  { to: "/stories/responses", label: "Responses", scope: "responses:list" },
  { to: "/stories/domain", label: "Domain", scope: "domain:get" },
  { to: "/stories/config", label: "Configuration", scope: "models.settings:get" },
  { to: "/stories/project", label: "Files", scope: "files:get" },
];

/** The parts of the room that the user may see. */
export const tabs = (): Tab[] => ALL.filter((tab) => may(tab.scope));
