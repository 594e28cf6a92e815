import type { Tracker } from "../../api/parlance.ts";
import { download } from "../../api/files.ts";
import type { Choice } from "../../parts/chooser.tsx";
import { begin } from "../../state/lead.ts";
import { attempt } from "../../state/load.ts";
import { may } from "../../state/token.ts";
import type { Made } from "./making.tsx";

const FORMATS = [
  { id: "json", label: "Download the events (JSON)", accept: "application/json", ending: "json" },
  { id: "yaml", label: "Download the story (YAML)", accept: "application/yaml", ending: "yml" },
] as const;

/** What can be made of a conversation, as far as one's roles go. */
export function moreChoices({ sender_id: id }: Tracker, set: (made: Made) => void): Choice[] {
  const path = `/conversations/${encodeURIComponent(id)}/tracker`;
  const makes: (Choice & { scope: string })[] = [
    { id: "story", label: "Make a story", keys: "", scope: "stories:create", work: () => set("story") },
    { id: "test", label: "Make an end-to-end test", keys: "", scope: "tests:create", work: () => set("test") },
    {
      id: "lead",
      label: "Go on from here, step by step",
      keys: "",
      scope: "metadata:create",
      work: () => void attempt(() => begin(id)),
    },
    { id: "erase", label: "Erase the conversation", keys: "", scope: "metadata:delete", work: () => set("erase") },
  ];
  const downloads = FORMATS.map((one) => ({
    id: one.id,
    label: one.label,
    keys: "",
    work: () => void attempt(() => download(path, one.accept, `${id}.${one.ending}`)),
  }));
  const allowed = makes.filter((one) => may(one.scope));
  return [...allowed.filter((one) => one.id !== "erase"), ...downloads, ...allowed.filter((one) => one.id === "erase")];
}
