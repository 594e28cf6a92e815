import { useLayoutEffect, useRef } from "../view/hooks.ts";

/** A dialog that is open for as long as it is drawn: properties for its element, and what closes it. */
export function useModal(close: () => void) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => ref.current?.showModal(), []);
  // At once: the browser says `close` some time after it has closed, when the next key may have opened another dialog.
  // Once, and also when what was asked for has already taken the dialog away: who drew it still believes it open.
  const isLeft = useRef(false);
  const leave = (): void => {
    if (isLeft.current) return;
    isLeft.current = true;
    ref.current?.close();
    close();
  };
  // A field for files says `cancel` too.
  const onCancel = (event: Event): void => void (event.target === ref.current && leave());
  return { leave, dialog: { ref, onCancel, onClose: leave } };
}
