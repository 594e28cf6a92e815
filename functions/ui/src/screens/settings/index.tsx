import type { ComponentType } from "preact";
import type { Rest } from "../../model/route.ts";
import { Page } from "../../parts/page.tsx";
import { may } from "../../state/token.ts";
import { Automation } from "./automation.tsx";
import { Environments } from "./environments.tsx";
import { Git } from "./git.tsx";
import { Audit, Health, Operations } from "./operations.tsx";
import { Own } from "./own.tsx";
import { Roles, Users } from "./people.tsx";
import { Share } from "./share.tsx";

interface Part {
  name: string;
  label: string;
  scope: string;
  view: ComponentType;
}

const PARTS: Part[] = [
  { name: "", label: "Your account", scope: "user:get", view: Own },
  { name: "users", label: "Users", scope: "users:list", view: Users },
  { name: "roles", label: "Roles", scope: "roles:list", view: Roles },
  { name: "share", label: "Share link", scope: "chatToken:get", view: Share },
  { name: "environments", label: "Environments", scope: "environments:update", view: Environments },
  { name: "automation", label: "Automation", scope: "models.settings:get", view: Automation },
  { name: "git", label: "Git", scope: "repositories:list", view: Git },
  { name: "operations", label: "Operations", scope: "deadLetters:list", view: Operations },
  { name: "audit", label: "Audit log", scope: "audit:list", view: Audit },
  { name: "health", label: "Health", scope: "users:list", view: Health },
];

const to = (part: Part): string => (part.name ? `/settings/${part.name}` : "/settings");

/** The room of the installation itself: accounts, roles, tokens, the share link, and how all of it is. */
export function Settings({ parts: [name = ""] }: Rest) {
  const mine = PARTS.filter((part) => may(part.scope));
  const part = mine.find((one) => one.name === name) ?? (mine[0] as Part);
  const View = part.view;
  return (
    <Page title="Settings" tabs={mine.map((one) => ({ to: to(one), label: one.label }))} here={to(part)}>
      <View key={part.name} />
    </Page>
  );
}
