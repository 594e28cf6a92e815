import { useEffect, useState } from "../../view/hooks.ts";
import { examplesOf } from "../../api/inbox.ts";
import type { Message } from "../../api/inbox.ts";
import type { Example } from "../../api/annotate.ts";
import { nearest } from "../../model/likeness.ts";
import { ActionButton } from "../../parts/action.tsx";
import { may } from "../../state/token.ts";
import { accept, draftOf, rows, suggestions } from "./state.ts";

const RIVALS = 2;
const SHOWN = 4;
/** How much texts must have in common to be decided on together. */
const ALIKE = 0.6;
const MOST_ALIKE = 50;

const known = new Map<string, Promise<Example[]>>();

function examples(intent: string): Promise<Example[]> {
  const asked = known.get(intent) ?? examplesOf([intent]).catch(() => []);
  known.set(intent, asked);
  return asked;
}

/** The intent that was chosen and its closest rival. */
function rivals(message: Message): string[] {
  const ranked = suggestions(message).map((one) => one.name);
  const chosen = draftOf(message).intent;
  return [...new Set([chosen, ...ranked].filter((name): name is string => Boolean(name)))].slice(0, RIVALS);
}

/** The examples of an intent that are most like the text; found after the text is on the screen. */
function useNearest(text: string, intent: string): Example[] | null {
  const [found, setFound] = useState<Example[] | null>(null);
  useEffect(() => {
    let isMine = true;
    void examples(intent).then((all) => setTimeout(() => isMine && setFound(nearest(text, all, SHOWN))));
    return () => void (isMine = false);
  }, [text, intent]);
  return found;
}

function Nearest({ text, intent }: { text: string; intent: string }) {
  const found = useNearest(text, intent);
  return (
    <section>
      <h3 class="ell">{intent}</h3>
      {found?.length === 0 && <p class="small muted">It has no examples yet.</p>}
      <ul class="likes">
        {found?.map((one) => (
          <li key={one.id} dir="auto">
            {one.text}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Texts that wait and say nearly the same. */
function Similar({ message }: { message: Message }) {
  const { text, intent } = draftOf(message);
  const others = rows.value.filter((one) => one !== message).map((one) => ({ one, text: one.user_input.text }));
  const alike = nearest(text, others, MOST_ALIKE, ALIKE).map(({ one }) => one);
  if (alike.length === 0) return null;
  return (
    <section>
      <h3>Similar in the inbox</h3>
      <ul class="likes">
        {alike.map((one) => (
          <li key={one.hash} dir="auto">
            {one.user_input.text}
          </li>
        ))}
      </ul>
      {may("examples:create") && (
        <ActionButton id="inbox.similar" disabled={!intent} work={() => accept([message, ...alike], intent)}>
          Accept all {alike.length + 1}
        </ActionButton>
      )}
    </section>
  );
}

/** The right column: what the rivals' examples look like, and what can be decided along. */
export const Neighbours = ({ message }: { message: Message }) => (
  <aside class="col aside" aria-label="Neighbours">
    <div class="head">
      <h2 class="title">Nearest examples</h2>
    </div>
    <div class="facts">
      {rivals(message).map((intent) => (
        <Nearest key={intent} text={message.user_input.text} intent={intent} />
      ))}
      <Similar message={message} />
    </div>
  </aside>
);
