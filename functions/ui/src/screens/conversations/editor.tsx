import { useState } from "../../view/hooks.ts";
import type { Entity } from "../../model/events.ts";
import type { Turn, UserMessage } from "../../model/fold.ts";
import { ActionButton } from "../../parts/action.tsx";
import { Entities } from "../../parts/facts.tsx";
import { Tokens } from "../../parts/tokens.tsx";
import { useKey } from "../../state/keys.ts";
import { attempt } from "../../state/load.ts";
import { keepExample } from "../../state/notes.ts";

const placed = (message: UserMessage): Entity[] => message.entities.filter((one) => Number.isInteger(one.start));

function Editing({ message, done }: { message: UserMessage; done: () => void }) {
  const [entities, change] = useState(() => placed(message));
  useKey("leave", done);
  const intent = message.corrected ?? message.intent?.name ?? "";
  const save = async (): Promise<void> => {
    if (await attempt(() => keepExample({ text: message.text, intent, entities }))) done();
  };
  return (
    <section>
      <h3>Training example</h3>
      <Tokens text={message.text} entities={entities} change={change} />
      <div class="row">
        <button type="button" class="button primary" disabled={!intent} onClick={() => void save()}>
          Save as {intent || "…"}
        </button>
        <button type="button" class="button" onClick={done}>
          Cancel
        </button>
      </div>
    </section>
  );
}

/** The entities of the selected message: read, or marked anew and kept as an example. */
export function Editor({ turn }: { turn: Turn }) {
  const [isOpen, setOpen] = useState(false);
  const { user } = turn;
  if (!user?.text || user.text.startsWith("/")) return null;
  if (isOpen) return <Editing message={user} done={() => setOpen(false)} />;
  return (
    <>
      <Entities entities={user.entities} />
      <ActionButton id="annotate" icon="edit" work={() => setOpen(true)}>
        Make an example
      </ActionButton>
    </>
  );
}
