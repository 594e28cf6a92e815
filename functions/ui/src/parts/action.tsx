import type { ComponentChildren } from "preact";
import { binding, caps } from "../keymap.ts";
import type { ActionId } from "../keymap.ts";
import { fired, useKey } from "../state/keys.ts";
import { isQuiet } from "../state/settings.ts";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon.tsx";

export const Keys = ({ keys }: { keys: string }) => (
  <span class="keys" aria-hidden="true">
    {caps(keys).map((cap) => (
      <kbd key={cap}>{cap}</kbd>
    ))}
  </span>
);

interface Props {
  id: ActionId;
  work: () => void;
  children?: ComponentChildren;
  icon?: IconName;
  /** The name, where an icon alone is drawn. */
  label?: string;
  primary?: boolean;
  disabled?: boolean;
  /** `wide`: the key's cap is drawn where there is room only. */
  class?: string;
}

/** A button that carries its key: both do the same, and a key press makes it pulse. */
export function ActionButton({ id, work, children, icon, label, primary, disabled, class: extra }: Props) {
  const run = (): void => void (disabled || work());
  useKey(id, run);
  const { keys } = binding(id);
  const classes = ["button", primary && "primary", fired.value === id && "pulse", extra].filter(Boolean).join(" ");
  return (
    <button
      type="button"
      class={classes}
      onClick={run}
      disabled={disabled}
      aria-label={label}
      title={label}
      aria-keyshortcuts={keys.replace("Mod", "Control")}
    >
      {icon && <Icon name={icon} />}
      {children}
      {!isQuiet.value && <Keys keys={keys} />}
    </button>
  );
}
