import type { ComponentType } from "preact";
import type { ActionId } from "./keymap.ts";
import type { Rest, RoomName } from "./model/route.ts";
import type { IconName } from "./parts/icon.tsx";
import { lazy } from "./parts/lazy.tsx";
import { inbox, unread } from "./state/badges.ts";

/** An entry of the navigation. */
export interface Place {
  name: "talk" | "conversations" | RoomName;
  label: string;
  icon: IconName;
  key: ActionId;
  /** Who holds one of these permissions sees the entry. */
  scopes: string[];
  /** Entries of one group stand together. */
  group: "review" | "teach" | "run";
  badge?: () => number | null;
  /** What the badge counts, for those who hear it. */
  counts?: string;
}

/** The rooms in the order of the navigation. */
export const PLACES: readonly Place[] = [
  {
    name: "conversations",
    label: "Conversations",
    icon: "conversations",
    key: "go.conversations",
    scopes: ["metadata:get"],
    group: "review",
    badge: () => unread.value,
    counts: "unread",
  },
  {
    name: "inbox",
    label: "Inbox",
    icon: "inbox",
    key: "go.inbox",
    scopes: ["logs.messages:list"],
    group: "review",
    badge: () => inbox.value,
    counts: "to annotate",
  },
  { name: "talk", label: "Talk", icon: "talk", key: "go.talk", scopes: ["messages:create"], group: "review" },
  {
    name: "data",
    label: "Training data",
    icon: "data",
    key: "go.data",
    scopes: ["examples:list"],
    group: "teach",
  },
  {
    name: "stories",
    label: "Stories",
    icon: "stories",
    key: "go.stories",
    scopes: ["stories:list", "rules:list", "responses:list", "domain:get"],
    group: "teach",
  },
  { name: "models", label: "Models", icon: "models", key: "go.models", scopes: ["models:list"], group: "run" },
  {
    name: "insights",
    label: "Insights",
    icon: "insights",
    key: "go.insights",
    scopes: ["analytics:get"],
    group: "run",
  },
];

/** The code of each room but the first, fetched when it is first entered. */
export const SCREENS: Partial<Record<RoomName, ComponentType<Rest>>> = {
  inbox: lazy("texts", async () => (await import("./screens/teach.tsx")).Inbox),
  data: lazy("training data", async () => (await import("./screens/teach.tsx")).TrainingData),
  stories: lazy("stories", async () => (await import("./screens/run.tsx")).Stories),
  insights: lazy("insights", async () => (await import("./screens/run.tsx")).Insights),
  models: lazy("models", async () => (await import("./screens/run.tsx")).Models),
};

export const Talk = lazy("conversation", async () => (await import("./screens/talk/index.tsx")).Talk);
export const Login = lazy("page", async () => (await import("./screens/login.tsx")).Login);
