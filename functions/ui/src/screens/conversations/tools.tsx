import { useEffect, useState } from "../../view/hooks.ts";
import type { Tracker } from "../../api/parlance.ts";
import type { Turn } from "../../model/fold.ts";
import { ActionButton } from "../../parts/action.tsx";
import { Chooser, choice, unknown } from "../../parts/chooser.tsx";
import type { Choice } from "../../parts/chooser.tsx";
import { IntentChooser } from "../../parts/intents.tsx";
import { useKey } from "../../state/keys.ts";
import { addTag, correctIntent, toggleFlag, toggleTag } from "../../state/notes.ts";
import { chosenTurn } from "../../state/selection.ts";
import { loadTags, tags } from "../../state/tags.ts";
import { attempt } from "../../state/load.ts";
import { may } from "../../state/token.ts";
import { loadVocabulary } from "../../state/vocabulary.ts";
import { Making } from "./making.tsx";
import type { Made } from "./making.tsx";
import { moreChoices } from "./more.ts";

type Open = "tag" | "intent" | "more" | Made;

const tagChoices = ({ sender_id: id, tags: on = [] }: Tracker): Choice[] =>
  tags.value.map((tag) => {
    const isOn = on.includes(tag.id);
    return choice(tag.value, () => toggleTag(id, tag.id, isOn), { isOn });
  });

interface OverProps {
  open: Open;
  tracker: Tracker;
  turn: Turn | undefined;
  set: (open: Open | null) => void;
}

/** What lies over the conversation while something is chosen. */
const Over = ({ open, tracker, turn, set }: OverProps) => {
  const close = (): void => set(null);
  const id = tracker.sender_id;
  if (open === "tag")
    return (
      <Chooser
        title="Tag"
        placeholder="Tag"
        choices={tagChoices(tracker)}
        withWords={(typed) =>
          unknown(
            "tag",
            typed,
            tags.value.map((tag) => tag.value),
            () => void attempt(() => addTag(id, typed)),
          )
        }
        close={close}
      />
    );
  if (open === "more")
    return (
      <Chooser
        title="What to make of it"
        placeholder="Story, test …"
        choices={moreChoices(tracker, set)}
        close={close}
      />
    );
  if (open !== "intent") return <Making made={open} tracker={tracker} close={close} />;
  if (!turn?.user) return null;
  const choose = (intent: string): void => correctIntent(id, turn, intent);
  return <IntentChooser title="Which intent is right?" ranking={turn.user.ranking} choose={choose} close={close} />;
};

const FlagTool = ({ id, turn }: { id: string; turn: Turn }) => (
  <ActionButton
    id="flag"
    icon="flag"
    class="tool"
    label={turn.user?.isFlagged ? "Take the flag off" : "Flag the message"}
    work={() => toggleFlag(id, turn)}
  />
);

/** The n-th intent of the ranking is the right one. */
function nth(id: string, turn: Turn | undefined, press: string): void {
  const name = turn?.user?.ranking[Number(press) - 1]?.name;
  if (turn && name) correctIntent(id, turn, name);
}

/** What a reader can do to a conversation and to its selected message. */
export function Tools({ tracker }: { tracker: Tracker }) {
  const [open, set] = useState<Open | null>(null);
  const id = tracker.sender_id;
  const turn = chosenTurn.value?.user ? chosenTurn.value : undefined;
  const mayCorrect = may("messageIntents:update");
  useEffect(() => void Promise.all([loadTags(), loadVocabulary()]).catch(() => undefined), []);
  useKey(
    "intent",
    () => set("intent"),
    () => mayCorrect && turn !== undefined,
  );
  useKey(
    "intent.nth",
    (press) => nth(id, turn, press),
    () => mayCorrect && turn !== undefined,
  );
  return (
    <>
      {may("messageFlags:update") && turn && <FlagTool id={id} turn={turn} />}
      {may("conversationTags:create") && (
        <ActionButton id="tag" icon="tag" class="tool" label="Tag" work={() => set("tag")} />
      )}
      <ActionButton id="more" icon="more" class="tool" label="More" work={() => set("more")} />
      {open && <Over open={open} tracker={tracker} turn={turn} set={set} />}
    </>
  );
}
