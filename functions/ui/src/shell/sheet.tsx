import { byRoom } from "../keymap.ts";
import { Keys } from "../parts/action.tsx";
import { Icon } from "../parts/icon.tsx";
import { useModal } from "../parts/modal.ts";
import { isQuiet } from "../state/settings.ts";
import { closeOverlay } from "./overlays.tsx";

const Room = ({ room, bindings }: ReturnType<typeof byRoom>[number]) => (
  <section>
    <h3>{room}</h3>
    <dl>
      {bindings.map((one) => (
        <div key={one.id}>
          <dt>
            <Keys keys={one.keys} />
            <span class="sr">{one.keys}</span>
          </dt>
          <dd>{one.does}</dd>
        </div>
      ))}
    </dl>
  </section>
);

/** The keys of all rooms, from the table that binds them; and the switch that turns single letters off. */
export function Sheet() {
  const { leave, dialog } = useModal(closeOverlay);
  return (
    <dialog {...dialog} class="sheet" aria-labelledby="sheet-title">
      <header class="row">
        <h2 id="sheet-title" class="grow">
          Keys
        </h2>
        <button type="button" class="bare" aria-label="Close" onClick={leave}>
          <Icon name="close" />
        </button>
      </header>
      <div class="rooms">
        {byRoom().map((one) => (
          <Room key={one.room} {...one} />
        ))}
      </div>
      <label class="row check">
        <input
          type="checkbox"
          checked={!isQuiet.value}
          onChange={(event) => (isQuiet.value = !event.currentTarget.checked)}
        />
        Single-letter keys are on
      </label>
    </dialog>
  );
}
