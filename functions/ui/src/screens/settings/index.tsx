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

type Part = [name: string, label: string, scope: string, view: ComponentType];

const PARTS: Part[] = [
  ["", "Your account", "user:get", Own],
  ["users", "Users", "users:list", Users],
  ["roles", "Roles", "roles:list", Roles],
  ["share", "Share link", "chatToken:get", Share],
  ["environments", "Environments", "environments:update", Environments],
  ["automation", "Automation", "models.settings:get", Automation],
  ["git", "Git", "repositories:list", Git],
  ["operations", "Operations", "deadLetters:list", Operations],
  ["audit", "Audit log", "audit:list", Audit],
  ["health", "Health", "users:list", Health],
];

const to = ([name]: Part): string => (name ? `/settings/${name}` : "/settings");

/** The room of the installation itself: accounts, roles, tokens, the share link, and how all of it is. */
export function Settings({ parts: [name = ""] }: Rest) {
  const mine = PARTS.filter(([, , scope]) => may(scope));
  const part = mine.find(([one]) => one === name) ?? (mine[0] as Part);
  const [key, , , View] = part;
  return (
    <Page title="Settings" tabs={mine.map((one) => ({ to: to(one), label: one[1] }))} here={to(part)}>
      <View key={key} />
    </Page>
  );
}
