import { useEffect, useRef, useState } from "../view/hooks.ts";
import type { Entity } from "../model/events.ts";
import { mark, overlaps, tokens } from "../model/tokens.ts";
import type { Token } from "../model/tokens.ts";
import { knownEntities } from "../state/vocabulary.ts";
import { Chooser, choice, unknown } from "./chooser.tsx";
import { Field } from "./field.tsx";
import { Icon } from "./icon.tsx";

interface Range {
  from: number;
  to: number;
}

const has = ({ from, to }: Range, i: number): boolean => Math.min(from, to) <= i && i <= Math.max(from, to);

interface Props {
  text: string;
  entities: readonly Entity[];
  change: (entities: Entity[]) => void;
}

const isRightToLeft = (box: Element): boolean => getComputedStyle(box).direction === "rtl";

/** By how many words a key moves: arrows follow the eye, whichever way the text runs. */
function stride(event: KeyboardEvent): number {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
  return isRightToLeft(event.currentTarget as Element) ? -by : by;
}

/** Which words are chosen: dragged over, or walked to with the arrow keys (Shift: more of them). */
function useRange(words: Token[], done: () => void) {
  const [range, setRange] = useState<Range>({ from: 0, to: 0 });
  const isDragging = useRef(false);
  const start = (i: number, isMore: boolean): void => {
    isDragging.current = true;
    setRange((now) => ({ from: isMore ? now.from : i, to: i }));
  };
  const reach = (i: number): void => void (isDragging.current && setRange((now) => ({ ...now, to: i })));
  useEffect(() => {
    const end = (): void => {
      if (isDragging.current) done();
      isDragging.current = false;
    };
    addEventListener("pointerup", end);
    return () => removeEventListener("pointerup", end);
  });
  const key = (event: KeyboardEvent): void => {
    const by = stride(event);
    const to = Math.min(Math.max(range.to + by, 0), words.length - 1);
    if (by !== 0) setRange({ from: event.shiftKey ? range.from : to, to });
    else if ((event.key === "Enter" || event.key === " ") && !event.ctrlKey && !event.metaKey) done();
    else return;
    event.preventDefault();
  };
  return { range, start, reach, key };
}

const cover = (words: Token[], { from, to }: Range): { start: number; end: number } => ({
  start: words[Math.min(from, to)]?.start ?? 0,
  end: words[Math.max(from, to)]?.end ?? 0,
});

/** What the marked words may be; names in use first, any other by typing it. */
function EntityChooser({
  text,
  entities,
  change,
  span,
  close,
}: Props & { span: { start: number; end: number }; close: () => void }) {
  const set = (entity: string): void => change(mark(text, entities, { entity, ...span }));
  const words = Array.from(text).slice(span.start, span.end).join("");
  const choices = knownEntities.value.map((name) => choice(name, () => set(name)));
  const kept = entities.filter((one) => !overlaps(one, span.start, span.end));
  return (
    <Chooser
      title={`What is “${words}”?`}
      placeholder="Entity"
      choices={kept.length < entities.length ? [choice("Take the mark away", () => change(kept)), ...choices] : choices}
      withWords={(name) => unknown("entity", name, knownEntities.value, set)}
      close={close}
    />
  );
}

const Marked = ({ text, entities, change }: Props) => (
  <ul class="marks" aria-label="Entities">
    {entities.map((one, i) => {
      const others = entities.filter((other) => other !== one);
      const set = (value: string): void => change(entities.map((other) => (other === one ? { ...one, value } : other)));
      return (
        <li key={`${one.start} ${one.entity} ${i}`} class="row">
          <span class="ell">{one.entity}</span>
          <Field aria-label={`Value of ${one.entity}`} dir="auto" value={String(one.value ?? text)} tell={set} />
          <button type="button" class="bare" aria-label={`Remove ${one.entity}`} onClick={() => change(others)}>
            <Icon name="close" />
          </button>
        </li>
      );
    })}
  </ul>
);

interface WordsProps {
  pieces: Token[];
  entities: readonly Entity[];
  at: ReturnType<typeof useRange>;
}

const Words = ({ pieces, entities, at: { range, start, reach, key } }: WordsProps) => {
  let next = 0;
  return (
    <div
      class="tokens"
      dir="auto"
      role="listbox"
      aria-multiselectable="true"
      aria-label="Words"
      aria-activedescendant={`word-${range.to}`}
      tabIndex={0}
      onKeyDown={key}
    >
      {pieces.map((one) => {
        if (!one.isWord) return one.text;
        const i = next++;
        return (
          <span
            key={one.start}
            id={`word-${i}`}
            role="option"
            aria-selected={has(range, i)}
            class={entities.some((other) => overlaps(other, one.start, one.end)) ? "marked" : ""}
            onPointerDown={(event) => start(i, event.shiftKey)}
            onPointerEnter={() => reach(i)}
          >
            {one.text}
          </span>
        );
      })}
    </div>
  );
};

/** A text whose words can be marked as entities, with the mouse or with arrows and Enter. */
export function Tokens(props: Props) {
  const { text, entities } = props;
  const [isFine, setFine] = useState(false);
  const [isChoosing, setChoosing] = useState(false);
  const pieces = tokens(text, isFine);
  const words = pieces.filter((one) => one.isWord);
  const at = useRange(words, () => setChoosing(true));
  return (
    <div class="annotate">
      <Words pieces={pieces} entities={entities} at={at} />
      <Marked {...props} />
      <label class="row check small muted">
        <input type="checkbox" checked={isFine} onChange={(event) => setFine(event.currentTarget.checked)} />
        Letter by letter
      </label>
      {isChoosing && <EntityChooser {...props} span={cover(words, at.range)} close={() => setChoosing(false)} />}
    </div>
  );
}
