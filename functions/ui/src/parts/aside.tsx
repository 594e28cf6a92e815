import { signal } from "../state/signal.ts";
import type { ComponentChildren } from "preact";
import type { Tracker } from "../api/parlance.ts";
import type { ActionId } from "../keymap.ts";
import { chosenTurn, step } from "../state/selection.ts";
import { ActionButton } from "./action.tsx";
import { Facts } from "./facts.tsx";
import { Icon } from "./icon.tsx";

/** Whether the column is out, where the window is too narrow for it to stay. */
const isOut = signal(false);

export const FactsToggle = ({ id }: { id: ActionId }) => (
  <ActionButton
    id={id}
    icon="facts"
    class="facts-toggle"
    label="Selected turn"
    work={() => (isOut.value = !isOut.value)}
  />
);

interface Props {
  tracker: Tracker | null;
  keys: { previous: ActionId; next: ActionId };
  correct?: ((intent: string) => void) | undefined;
  editor?: ComponentChildren;
}

/** The right column: all about the selected turn. */
export const FactsColumn = ({ tracker, keys, ...more }: Props) => (
  <aside class={`col aside ${isOut.value ? "out" : ""}`} aria-label="Selected turn">
    <div class="head">
      <h2 class="title grow">Selected turn</h2>
      <ActionButton id={keys.previous} icon="up" label="Previous turn" class="quiet" work={() => step(-1)} />
      <ActionButton id={keys.next} icon="down" label="Next turn" class="quiet" work={() => step(1)} />
      <button type="button" class="bare facts-toggle" aria-label="Close" onClick={() => (isOut.value = false)}>
        <Icon name="close" />
      </button>
    </div>
    {tracker && chosenTurn.value ? (
      <Facts events={tracker.events} turn={chosenTurn.value} knownSlots={Object.keys(tracker.slots ?? {})} {...more} />
    ) : (
      <p class="facts small muted">What the bot understood, remembered and decided stands here, for every turn.</p>
    )}
  </aside>
);
