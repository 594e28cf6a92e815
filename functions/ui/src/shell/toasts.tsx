import { Keys } from "../parts/action.tsx";
import { Icon } from "../parts/icon.tsx";
import { useKey } from "../state/keys.ts";
import { isQuiet } from "../state/settings.ts";
import { dismiss, takeBack, toasts, undoLast } from "../state/toasts.ts";
import type { Toast } from "../state/toasts.ts";

const Item = ({ toast, isNewest }: { toast: Toast; isNewest: boolean }) => (
  <div class={`toast ${toast.isError ? "bad" : ""}`}>
    <span class="grow">{toast.text}</span>
    {toast.isUndoable && (
      <button type="button" class="button" onClick={() => takeBack(toast.id)}>
        Undo {isNewest && !isQuiet.value && <Keys keys="u" />}
      </button>
    )}
    <button type="button" class="bare" aria-label="Dismiss" onClick={() => dismiss(toast.id)}>
      <Icon name="close" />
    </button>
  </div>
);

const List = ({ shown }: { shown: Toast[] }) => (
  <>
    {shown.map((toast, i) => (
      <Item key={toast.id} toast={toast} isNewest={i === shown.length - 1} />
    ))}
  </>
);

/** What was just done, said politely, with the way back; what failed is said at once. */
export function Toasts() {
  useKey("undo", undoLast);
  return (
    <div class="toasts">
      <div role="status">
        <List shown={toasts.value.filter((toast) => !toast.isError)} />
      </div>
      <div role="alert">
        <List shown={toasts.value.filter((toast) => toast.isError)} />
      </div>
    </div>
  );
}
