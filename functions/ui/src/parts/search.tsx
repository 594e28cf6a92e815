import { useEffect, useRef } from "../view/hooks.ts";
import type { ActionId } from "../keymap.ts";
import { useKey } from "../state/keys.ts";
import { isQuiet } from "../state/settings.ts";
import { Keys } from "./action.tsx";

const TYPING_MS = 250;

interface Props {
  /** Its name, and what stands in it while it is empty. */
  label: string;
  value: string;
  /** The key that leads here. */
  id: ActionId;
  find: (words: string) => void;
}

/** Search as one types, a moment after the last key. */
export function Search({ label, value, id, find }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef(0);
  useKey(id, () => input.current?.select());
  useEffect(() => {
    if (input.current && document.activeElement !== input.current) input.current.value = value;
  }, [value]);
  const type = (words: string): void => {
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => find(words.trim()), TYPING_MS);
  };
  return (
    <div class="search grow">
      <input
        ref={input}
        type="search"
        placeholder={label}
        aria-label={label}
        defaultValue={value}
        onInput={(event) => type(event.currentTarget.value)}
      />
      {!isQuiet.value && <Keys keys="/" />}
    </div>
  );
}
