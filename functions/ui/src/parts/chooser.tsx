import { useEffect, useState } from "../view/hooks.ts";
import { find } from "../model/commands.ts";
import type { Command } from "../model/commands.ts";
import { Keys } from "./action.tsx";
import { useModal } from "./modal.ts";

export interface Choice extends Command {
  work: () => void;
  /** Already so: choosing it takes it away. */
  isOn?: boolean;
  hint?: string;
}

export const choice = (label: string, work: () => void, more: Partial<Choice> = {}): Choice => ({
  id: label,
  label,
  keys: "",
  work,
  ...more,
});

/** Something that has the typed name and is not there yet. */
export const unknown = (
  what: string,
  name: string,
  known: readonly string[],
  make: (name: string) => void,
): Choice[] => (name && !known.includes(name) ? [choice(`New ${what} “${name}”`, () => make(name))] : []);

interface Props {
  title: string;
  placeholder: string;
  choices: readonly Choice[];
  /** What can be done with the typed words themselves. */
  withWords?: (typed: string) => Choice[];
  close: () => void;
}

interface OptionProps {
  one: Choice;
  at: number;
  isChosen: boolean;
  choose: () => void;
}

const Option = ({ one, at, isChosen, choose }: OptionProps) => (
  <li id={`choice-${at}`} role="option" aria-selected={isChosen} onClick={choose}>
    <span class="grow ell">
      <bdi>{one.label}</bdi>
      {one.isOn && <span class="small muted"> · set</span>}
    </span>
    {one.hint && <span class="small muted num">{one.hint}</span>}
    {one.keys && <Keys keys={one.keys} />}
  </li>
);

interface OptionsProps {
  title: string;
  shown: readonly Choice[];
  place: number;
  choose: (one: Choice) => void;
}

const Options = ({ title, shown, place, choose }: OptionsProps) => (
  <>
    <ul id="choices" role="listbox" aria-label={title} tabIndex={0}>
      {shown.map((one, i) => (
        <Option key={one.id} one={one} at={i} isChosen={i === place} choose={() => choose(one)} />
      ))}
    </ul>
    {shown.length === 0 && <p class="small muted">Nothing is named like that.</p>}
  </>
);

/** A list to choose from by typing: arrows move, Enter chooses, Escape leaves. */
export function Chooser({ title, placeholder, choices, withWords, close }: Props) {
  const { leave, dialog } = useModal(close);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const shown = [...find(choices, typed), ...(withWords?.(typed.trim()) ?? [])];
  const place = Math.min(at, shown.length - 1);
  const chosen = shown[place];
  useEffect(() => document.getElementById(`choice-${place}`)?.scrollIntoView({ block: "nearest" }), [place, typed]);
  const perform = (one: Choice | undefined): void => {
    if (!one) return;
    leave();
    setTimeout(one.work);
  };
  const walk = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined || shown.length === 0) return;
    event.preventDefault();
    setAt((place + by + shown.length) % shown.length);
  };
  return (
    <dialog {...dialog} class="palette" aria-label={title}>
      <form onSubmit={(event) => (event.preventDefault(), event.stopPropagation(), perform(chosen))}>
        <input
          role="combobox"
          aria-label={title}
          aria-expanded="true"
          aria-controls="choices"
          aria-activedescendant={chosen && `choice-${place}`}
          placeholder={placeholder}
          autocomplete="off"
          autoFocus
          dir="auto"
          onInput={(event) => (setTyped(event.currentTarget.value), setAt(0))}
          onKeyDown={walk}
        />
      </form>
      <Options title={title} shown={shown} place={place} choose={perform} />
    </dialog>
  );
}
