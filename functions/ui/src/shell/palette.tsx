import "../core.ts";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ActionId } from "../keymap.ts";
import { find } from "../model/commands.ts";
import type { Command } from "../model/commands.ts";
import { conversationUrl, conversationsUrl } from "../model/route.ts";
import { Keys } from "../parts/action.tsx";
import { PLACES } from "../screens.tsx";
import { available, run } from "../state/keys.ts";
import { go } from "../state/location.ts";
import { may } from "../state/token.ts";
import { closeOverlay } from "./overlays.tsx";

interface Doable extends Command {
  work: () => void;
}

const ABOUT_ITSELF: readonly string[] = ["palette", "leave"];

/** The rooms, then whatever the keys of this screen do. */
function offers(): Doable[] {
  const rooms = PLACES.filter((place) => place.scopes.some(may)).map((place) => place.key as string);
  const all = available().filter((one) => !ABOUT_ITSELF.includes(one.id));
  const first = [...all.filter((one) => rooms.includes(one.id)), ...all.filter((one) => !rooms.includes(one.id))];
  return first.map((one) => ({ id: one.id, label: one.does, keys: one.keys, work: () => run(one.id as ActionId) }));
}

/** What can be done with the typed words themselves. */
function withWords(typed: string): Doable[] {
  const text = typed.trim();
  if (!text || !may("metadata:get")) return [];
  return [
    {
      id: "search",
      label: `Search conversations for “${text}”`,
      keys: "",
      work: () => go(conversationsUrl({ q: text })),
    },
    { id: "named", label: `Open the conversation named “${text}”`, keys: "", work: () => go(conversationUrl(text)) },
  ];
}

interface OptionProps {
  one: Doable;
  isChosen: boolean;
  choose: () => void;
}

const Option = ({ one, isChosen, choose }: OptionProps) => (
  <li id={`do-${one.id}`} role="option" aria-selected={isChosen} onClick={choose}>
    <span class="grow ell">{one.label}</span>
    {one.keys && <Keys keys={one.keys} />}
  </li>
);

/** Find a screen or an action by its name. */
export function Palette() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [all] = useState(offers);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  useEffect(() => dialog.current?.showModal(), []);
  const shown = [...find(all, typed), ...withWords(typed)];
  const chosen = shown[Math.min(at, shown.length - 1)];
  useEffect(() => document.getElementById(`do-${chosen?.id}`)?.scrollIntoView({ block: "nearest" }), [chosen?.id]);
  const perform = (one: Doable | undefined): void => {
    if (!one) return;
    dialog.current?.close();
    closeOverlay();
    setTimeout(one.work);
  };
  const walk = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    setAt((Math.min(at, shown.length - 1) + by + shown.length) % shown.length);
  };
  return (
    <dialog ref={dialog} class="palette" aria-label="Find a screen or an action" onClose={closeOverlay}>
      <form onSubmit={(event) => (event.preventDefault(), perform(chosen))}>
        <input
          role="combobox"
          aria-label="Screen or action"
          aria-expanded="true"
          aria-controls="commands"
          aria-activedescendant={chosen && `do-${chosen.id}`}
          placeholder="Where to, or what to do?"
          autocomplete="off"
          autoFocus
          onInput={(event) => (setTyped(event.currentTarget.value), setAt(0))}
          onKeyDown={walk}
        />
      </form>
      <ul id="commands" role="listbox" aria-label="Screens and actions">
        {shown.map((one) => (
          <Option key={one.id} one={one} isChosen={one === chosen} choose={() => perform(one)} />
        ))}
      </ul>
    </dialog>
  );
}
