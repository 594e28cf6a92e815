import { useState } from "../../view/hooks.ts";
import type { Message } from "../../api/inbox.ts";
import { conversationUrl } from "../../model/route.ts";
import { ActionButton, Keys } from "../../parts/action.tsx";
import { Conf } from "../../parts/conf.tsx";
import { Icon } from "../../parts/icon.tsx";
import { IntentChooser } from "../../parts/intents.tsx";
import { Tokens } from "../../parts/tokens.tsx";
import { useKey } from "../../state/keys.ts";
import { isQuiet } from "../../state/settings.ts";
import { may } from "../../state/token.ts";
import { accept, discard, draftOf, openHash, setDraft, step, suggestions } from "./state.ts";

/** The way back to the list, where list and text take turns. */
const Back = () => (
  <button type="button" class="button back" aria-label="Back to the list" onClick={() => (openHash.value = null)}>
    <Icon name="back" />
  </button>
);

interface ChoiceProps {
  message: Message;
  chosen: string;
}

/** The suggested intents by number; another one that was chosen stands above them. */
const Suggestions = ({ message, chosen }: ChoiceProps) => {
  const ranking = suggestions(message);
  const isOther = chosen !== "" && !ranking.some((one) => one.name === chosen);
  return (
    <ol class="suggestions" aria-label="Intents">
      {isOther && (
        <li>
          <button type="button" class="suggestion" aria-pressed="true">
            <span class="grow ell">{chosen}</span>
            <span class="small muted">chosen</span>
          </button>
        </li>
      )}
      {ranking.map((one, i) => (
        <li key={one.name}>
          <button
            type="button"
            class="suggestion"
            aria-pressed={one.name === chosen}
            onClick={() => setDraft(message.hash, { intent: one.name ?? "" })}
          >
            {!isQuiet.value && <Keys keys={String(i + 1)} />}
            <span class="grow ell">{one.name}</span>
            <Conf value={one.confidence} />
          </button>
        </li>
      ))}
    </ol>
  );
};

const Head = ({ message }: { message: Message }) => (
  <div class="head">
    <Back />
    <div class="grow">
      <h2 class="title">What does it mean?</h2>
      <div class="small muted ell">
        said {message.n_messages === 1 ? "once" : `${message.n_messages} times`}
        {message.conversation_id && (
          <>
            {" · "}
            <a href={conversationUrl(message.conversation_id)}>latest conversation</a>
          </>
        )}
        {` · predicted by ${message.model}`}
      </div>
    </div>
    <span class="row walk">
      <ActionButton id="inbox.previous" icon="up" label="Previous text" work={() => step(-1)} />
      <ActionButton id="inbox.next" icon="down" label="Next text" work={() => step(1)} />
    </span>
  </div>
);

const focusWords = (): void => document.querySelector<HTMLElement>(".tokens")?.focus();

const Decision = ({ message, isClear }: { message: Message; isClear: boolean }) => (
  <div class="bar" role="group" aria-label="Decision">
    {may("examples:create") && (
      <ActionButton id="inbox.accept" primary icon="check" disabled={!isClear} work={() => accept([message])}>
        Accept, next
      </ActionButton>
    )}
    {may("logs.messages:delete") && (
      <ActionButton id="inbox.discard" icon="trash" work={() => discard(message)}>
        Discard
      </ActionButton>
    )}
  </div>
);

/** The middle column: one text, its intent and its entities. */
export function Deciding({ message }: { message: Message }) {
  const [isChoosing, setChoosing] = useState(false);
  const { text, intent, entities } = draftOf(message);
  const ranking = suggestions(message);
  const choose = (name: string): void => setDraft(message.hash, { intent: name });
  useKey("inbox.nth", (press) => {
    const name = ranking[Number(press) - 1]?.name;
    if (name) choose(name);
  });
  useKey("inbox.words", focusWords);
  return (
    <section class="col middle" aria-label="Text">
      <Head message={message} />
      <div class="scroll deciding">
        <Tokens text={text} entities={entities} change={(marked) => setDraft(message.hash, { entities: marked })} />
        <Suggestions message={message} chosen={intent} />
        <div class="row">
          <ActionButton id="inbox.intent" icon="search" work={() => setChoosing(true)}>
            Another intent
          </ActionButton>
        </div>
      </div>
      <Decision message={message} isClear={intent !== ""} />
      {isChoosing && (
        <IntentChooser
          title="Which intent is right?"
          ranking={ranking}
          choose={choose}
          close={() => setChoosing(false)}
        />
      )}
    </section>
  );
}
