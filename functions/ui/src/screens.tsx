import type { ComponentType } from "preact";
import type { ActionId } from "./keymap.ts";
import { later } from "./later.ts";
import type { Rest, RoomName } from "./model/route.ts";
import { inbox, unread } from "./state/badges.ts";

type PlaceName = "talk" | "conversations" | RoomName;

/** An entry of the navigation: its icon has its name, its key leads there. */
export interface Place {
  name: PlaceName;
  label: string;
  key: ActionId;
  /** Who holds one of these permissions sees the entry. */
  scopes: string[];
  /** Entries of one group stand together. */
  group: "review" | "teach" | "run";
  badge: (() => number | null) | undefined;
  /** What the badge counts, for those who hear it. */
  counts: string | undefined;
}

type Badge = [badge?: Place["badge"], counts?: string];

const place = (
  name: PlaceName,
  label: string,
  group: Place["group"],
  scopes: string,
  ...[badge, counts]: Badge
): Place => ({ name, label, group, key: `go.${name}`, scopes: scopes.split(" "), badge, counts });

/** The rooms in the order of the navigation. */
export const PLACES: readonly Place[] = [
  place("conversations", "Conversations", "review", "metadata:get", () => unread.value, "unread"),
  place("inbox", "Inbox", "review", "logs.messages:list", () => inbox.value, "to annotate"),
  place("talk", "Talk", "review", "messages:create"),
  place("data", "Training data", "teach", "examples:list"),
  place("stories", "Stories", "teach", "stories:list rules:list responses:list domain:get"),
  place("models", "Models", "run", "models:list"),
  place("insights", "Insights", "run", "analytics:get"),
  place("settings", "Settings", "run", "user:get"),
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
