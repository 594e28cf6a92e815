import type { ComponentType } from "preact";
import type { ActionId } from "./keymap.ts";
import { later } from "./later.ts";
import type { Rest, RoomName } from "./model/route.ts";
import type { IconName } from "./parts/icon.tsx";
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
  {
    name: "settings",
    label: "Settings",
    icon: "settings",
    key: "go.settings",
    scopes: ["user:get"],
    group: "run",
  },
];

/** The rooms that are fetched when they are first entered. */
export const SCREENS: Record<RoomName, ComponentType<Rest>> = {
  inbox: later("texts", (rest) => rest.Inbox),
  data: later("training data", (rest) => rest.TrainingData),
  stories: later("stories", (rest) => rest.Stories),
  insights: later("insights", (rest) => rest.Insights),
  settings: later("settings", (rest) => rest.Settings),
  models: later("models", (rest) => rest.Models),
};

export const Talk = later("conversation", (rest) => rest.Talk);
export const Login = later("page", (rest) => rest.Login);
export const Guest = later("conversation", (rest) => rest.Guest);
