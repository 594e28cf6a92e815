import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "../view/hooks.ts";
import type { Entity, RasaEvent } from "../model/events.ts";
import type { Turn, UserMessage } from "../model/fold.ts";
import { slotsAt } from "../model/slots.ts";
import type { SlotValue } from "../model/slots.ts";
import { entityLabel } from "../model/spans.ts";
import { storySteps } from "../model/story.ts";
import { exact, iso } from "../model/time.ts";
import { why } from "../model/why.ts";
import { tell } from "../state/toasts.ts";
import { isQuiet } from "../state/settings.ts";
import { Keys } from "./action.tsx";
import { Conf } from "./conf.tsx";
import { Icon } from "./icon.tsx";

const TOP = 5;

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

interface RankingProps {
  message: UserMessage;
  /** Given where the intent can be corrected: the n-th of the ranking by its number. */
  correct?: ((intent: string) => void) | undefined;
}

const Name = ({ name, place, correct }: { name: string; place: number } & Pick<RankingProps, "correct">) =>
  correct ? (
    <button type="button" class="plain ell" title={`The intent is ${name}`} onClick={() => correct(name)}>
      {name} {!isQuiet.value && <Keys keys={String(place)} />}
    </button>
  ) : (
    <span class="ell" title={name}>
      {name}
    </span>
  );

interface PartProps {
  title: string;
  /** Said instead where there is nothing. */
  none?: string | false;
  children?: ComponentChildren;
}

const Part = ({ title, none, children }: PartProps) => (
  <section>
    <h3>{title}</h3>
    {none ? <p class="small muted">{none}</p> : children}
  </section>
);

const Ranking = ({ message, correct }: RankingProps) => (
  <Part title="Intent">
    {message.corrected !== null && (
      <p class="small">
        Corrected to <b>{message.corrected}</b>
      </p>
    )}
    {message.ranking.length === 0 && <p class="small muted">{message.intent?.name ?? "None was predicted."}</p>}
    <ol class="ranking">
      {message.ranking.slice(0, TOP).map((one, i) => (
        <li key={one.name} class={one.name === message.intent?.name ? "on" : ""}>
          <Name name={one.name ?? ""} place={i + 1} correct={correct} />
          <Conf value={one.confidence} />
        </li>
      ))}
    </ol>
  </Part>
);

const EntityLine = ({ entity }: { entity: Entity }) => (
  <>
    <dt class="ell" title={entityLabel(entity)}>
      {entityLabel(entity)}
    </dt>
    <dd>
      <bdi>{text(entity.value ?? null)}</bdi>
      {entity.extractor && <span class="small muted"> {entity.extractor}</span>}
    </dd>
  </>
);

/** The entities of a message, by name. */
export const Entities = ({ entities }: { entities: Entity[] }) => (
  <Part title="Entities" none={entities.length === 0 && "None were found."}>
    <dl>
      {entities.map((entity, i) => (
        <EntityLine key={i} entity={entity} />
      ))}
    </dl>
  </Part>
);

const SlotLine = ({ slot }: { slot: SlotValue }) => (
  <>
    <dt class="ell" title={slot.name}>
      {slot.name}
    </dt>
    {slot.value === null ? (
      <dd class="muted">not set</dd>
    ) : (
      <dd class={slot.changed ? "new" : ""}>
        <bdi>{text(slot.value)}</bdi>
        {slot.changed && <span class="tag">new</span>}
      </dd>
    )}
  </>
);

const Slots = ({ slots }: { slots: SlotValue[] }) => (
  <Part title="Slots at this turn" none={slots.length === 0 && "No slots."}>
    <dl>
      {slots.map((slot) => (
        <SlotLine key={slot.name} slot={slot} />
      ))}
    </dl>
  </Part>
);

const Why = ({ sentences }: { sentences: string[] }) => (
  <Part title="Why" none={sentences.length === 0 && "The bot has not acted in this turn."}>
    {sentences.map((one, i) => (
      <p key={i} class="small muted">
        {one}
      </p>
    ))}
  </Part>
);

const copy = (story: string): void => void navigator.clipboard.writeText(story).then(() => tell("Story copied."));

/** As much as one reads; all of it can be copied. */
const LINES = 80;

function ending(story: string): string {
  const lines = story.split("\n");
  const left = lines.length - LINES;
  return left > 0 ? [`# ${left} lines before: copy takes them all`, ...lines.slice(left)].join("\n") : story;
}

/** The end is what the selected turn added, so the end is in view. */
function Story({ story }: { story: string }) {
  const text = useRef<HTMLPreElement>(null);
  useLayoutEffect(() => text.current?.scrollTo({ top: text.current.scrollHeight }), [story]);
  return (
    <section>
      <h3 class="row">
        <span class="grow">Story so far</span>
        <button
          type="button"
          class="bare"
          onClick={() => copy(story)}
          aria-label="Copy the story"
          title="Copy the story"
        >
          <Icon name="copy" />
        </button>
      </h3>
      <pre ref={text} tabIndex={0} aria-label="Story so far">
        {ending(story) || "# nothing yet"}
      </pre>
    </section>
  );
}

const Message = ({ turn, message }: { turn: Turn; message: UserMessage }) => (
  <Part title="Message">
    <dl>
      <dt>at</dt>
      <dd>
        <time class="num" dateTime={iso(turn.at)}>
          {exact(turn.at)}
        </time>
      </dd>
      <dt>channel</dt>
      <dd>{message.channel ?? "unknown"}</dd>
      {typeof message.metadata["assistant_id"] === "string" && (
        <>
          <dt>assistant</dt>
          <dd class="ell" title={message.metadata["assistant_id"]}>
            {message.metadata["assistant_id"]}
          </dd>
        </>
      )}
    </dl>
  </Part>
);

interface Props {
  events: readonly RasaEvent[];
  turn: Turn;
  knownSlots: string[];
  correct?: RankingProps["correct"];
  /** In the place of the entities: where they can be marked. */
  editor?: ComponentChildren;
}

/** Everything known of one turn: what was understood, what was remembered, what decided, and how to train it. */
export function Facts({ events, turn, knownSlots, correct, editor }: Props) {
  const upToHere = events.slice(0, turn.end);
  return (
    <div class="facts">
      {turn.user && <Ranking message={turn.user} correct={correct} />}
      {editor ?? (turn.user && turn.user.entities.length > 0 && <Entities entities={turn.user.entities} />)}
      <Slots slots={slotsAt(events, turn.start, turn.end, knownSlots)} />
      <Why sentences={why(events.slice(turn.start, turn.end))} />
      <Story story={storySteps(upToHere)} />
      {turn.user && <Message turn={turn} message={turn.user} />}
    </div>
  );
}
