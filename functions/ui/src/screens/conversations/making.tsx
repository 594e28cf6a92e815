import { call } from "../../api/call.ts";
import type { Tracker } from "../../api/parlance.ts";
import { asStory, asTest } from "../../model/made.ts";
import { conversationsUrl } from "../../model/route.ts";
import { Ask } from "../../parts/dialog.tsx";
import { forgetDetail } from "../../state/detail.ts";
import { dropRow } from "../../state/list.ts";
import { go, route } from "../../state/location.ts";
import { tell } from "../../state/toasts.ts";

/** What is made of a conversation. */
export type Made = "story" | "test" | "erase";

interface Props {
  made: Made;
  tracker: Tracker;
  close: () => void;
}

const YAML = "application/yaml";

const KINDS = {
  story: { title: "Make a story", path: "/stories", write: asStory, done: "Story saved" },
  test: { title: "Make an end-to-end test", path: "/tests", write: asTest, done: "Test saved" },
} as const;

async function save(kind: keyof typeof KINDS, text: string): Promise<void> {
  await call(KINDS[kind].path, { method: "POST", raw: { data: text, type: YAML } });
  tell(KINDS[kind].done);
}

const Writing = ({ kind, tracker, close }: { kind: keyof typeof KINDS; tracker: Tracker; close: () => void }) => (
  <Ask title={KINDS[kind].title} verb="Save" work={(given) => save(kind, String(given.get("text")))} close={close}>
    <p class="small muted">It can be edited now and later.</p>
    <textarea
      class="yaml"
      name="text"
      aria-label="YAML"
      rows={16}
      spellcheck={false}
      defaultValue={KINDS[kind].write(tracker.sender_id, tracker.events)}
    />
  </Ask>
);

async function erase(id: string): Promise<void> {
  await call(`/conversations/${encodeURIComponent(id)}`, { method: "DELETE" });
  go(conversationsUrl(route.value.name === "conversations" ? route.value.filters : {}));
  dropRow(id);
  forgetDetail(id);
  tell(`${id} was erased`);
}

/** A dialog that makes something of a conversation, or makes an end of it. */
export function Making({ made, tracker, close }: Props) {
  if (made !== "erase") return <Writing kind={made} tracker={tracker} close={close} />;
  return (
    <Ask title="Erase this conversation?" verb="Erase" isDangerous work={() => erase(tracker.sender_id)} close={close}>
      <p>
        <b>
          <bdi>{tracker.sender_id}</bdi>
        </b>{" "}
        goes with its events, its messages in the inbox and what the bot remembers of it. This cannot be taken back.
      </p>
    </Ask>
  );
}
