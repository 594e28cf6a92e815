import type { Tracker } from "../../api/parlance.ts";
import { download } from "../../api/files.ts";
import { choice } from "../../parts/chooser.tsx";
import type { Choice } from "../../parts/chooser.tsx";
import { begin } from "../../state/lead.ts";
import { attempt } from "../../state/load.ts";
import { may } from "../../state/token.ts";
import type { Made } from "./making.tsx";

const FORMATS = [
  ["Download the events (JSON)", "application/json", "json"],
  ["Download the story (YAML)", "application/yaml", "yml"],
] as const;

/** What can be made of a conversation, as far as one's roles go. */
export function moreChoices({ sender_id: id }: Tracker, set: (made: Made) => void): Choice[] {
  const path = `/conversations/${encodeURIComponent(id)}/tracker`;
  const making = (label: string, scope: string, work: () => void): Choice[] =>
    may(scope) ? [choice(label, work)] : [];
  return [
    ...making("Make a story", "stories:create", () => set("story")),
    ...making("Make an end-to-end test", "tests:create", () => set("test")),
    ...making("Go on from here, step by step", "metadata:create", () => void attempt(() => begin(id))),
    ...FORMATS.map(([label, accept, ending]) =>
      choice(label, () => void attempt(() => download(path, accept, `${id}.${ending}`))),
    ),
    ...making("Erase the conversation", "metadata:delete", () => set("erase")),
  ];
}
