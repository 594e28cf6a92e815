import type { ComponentChildren } from "preact";
import { useEffect, useState } from "../../view/hooks.ts";
import { call } from "../../api/call.ts";
import type { Tracker } from "../../api/parlance.ts";
import { LISTEN } from "../../model/events.ts";
import { Keys } from "../../parts/action.tsx";
import { Chooser, choice, unknown } from "../../parts/chooser.tsx";
import { Conf } from "../../parts/conf.tsx";
import { IntentChooser } from "../../parts/intents.tsx";
import { Edit } from "./edit.tsx";
import { useKey } from "../../state/keys.ts";
import { act, isBotsTurn, predict, scores, unclear, understand } from "../../state/lead.ts";
import type { Unclear } from "../../state/lead.ts";
import { attempt } from "../../state/load.ts";
import { may } from "../../state/token.ts";
import { loadVocabulary } from "../../state/vocabulary.ts";

/** Any action that the bot has run or is about to, by typing its name. */
function ActionChooser({ choose, close }: { choose: (name: string) => void; close: () => void }) {
  const [names, setNames] = useState<string[]>([]);
  useEffect(() => void call<string[]>("/conversationActions").then(({ data }) => setNames(data)), []);
  const known = [...new Set([...(scores.value ?? []).map((one) => one.action), ...names])];
  return (
    <Chooser
      title="What should the bot do?"
      placeholder="Action"
      choices={known.map((name) => choice(name, () => choose(name)))}
      withWords={(name) => unknown("action", name, known, choose)}
      close={close}
    />
  );
}

const shown = (name: string): string => (name === LISTEN ? "wait for the user" : name);

const Offer = ({ work, children }: { work: () => void; children: ComponentChildren }) => (
  <button type="button" class="offer" onClick={work}>
    {children}
  </button>
);

interface OffersProps {
  choose: (name: string) => void;
  other: () => void;
  edit: false | (() => void);
}

const Offers = ({ choose, other, edit }: OffersProps) => (
  <div class="offers">
    {scores.value?.map((one, i) => (
      <Offer key={one.action} work={() => choose(one.action)}>
        <Keys keys={String(i + 1)} /> {shown(one.action)} <Conf value={one.score} />
      </Offer>
    ))}
    {scores.value && <Offer work={other}>another action …</Offer>}
    {edit && <Offer work={edit}>edit what happened …</Offer>}
  </div>
);

/** What a text means; it goes back into the field when nobody says so. */
const Meaning = ({ id, said }: { id: string; said: Unclear }) => (
  <IntentChooser
    title={`What does “${said.input.text}” mean?`}
    ranking={said.input.intent_ranking}
    choose={(intent) => void attempt(() => understand(id, said, intent))}
    close={() => {
      unclear.value = null;
      said.put(said.input.text);
    }}
  />
);

/** Above the field: what the bot would do next, to be confirmed or corrected. */
export function Lead({ tracker }: { tracker: Tracker }) {
  const [isChoosing, setChoosing] = useState(false);
  const [isEditing, setEditing] = useState(false);
  const id = tracker.sender_id;
  const choose = (name: string): void => void attempt(() => act(id, name));
  const isTurn = isBotsTurn(tracker.events);
  const canEdit = may("clientEvents:update") && tracker.events.some((one) => one.event === "user");
  useEffect(() => {
    [scores.value, unclear.value] = [null, null];
    if (isTurn) void attempt(() => predict(id));
    void loadVocabulary().catch(() => undefined);
  }, [id]);
  useKey("talk.act", (press) => {
    const one = scores.value?.[Number(press) - 1];
    if (one) choose(one.action);
  });
  return (
    <section class="lead" aria-label="Next action">
      <p class="small muted" role="status">
        {scores.value
          ? "What should the bot do next?"
          : "Say something as the user; then you decide what the bot does."}
      </p>
      <Offers choose={choose} other={() => setChoosing(true)} edit={canEdit && (() => setEditing(true))} />
      {isEditing && <Edit tracker={tracker} close={() => setEditing(false)} />}
      {isChoosing && <ActionChooser choose={choose} close={() => setChoosing(false)} />}
      {unclear.value && <Meaning id={id} said={unclear.value} />}
    </section>
  );
}
