import type { ComponentChildren } from "preact";
import { useState } from "../view/hooks.ts";
import { sentence } from "../api/call.ts";
import { useModal } from "./modal.ts";

interface AskProps {
  title: string;
  /** What the button says that does it. */
  verb: string;
  isDangerous?: boolean;
  work: (given: FormData) => Promise<unknown>;
  close: () => void;
  children?: ComponentChildren;
}

/** A question with its fields; it stays, and says why, when what was asked for did not work. */
export function Ask({ title, verb, isDangerous, work, close, children }: AskProps) {
  const { leave, dialog } = useModal(close);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    try {
      await work(new FormData(event.currentTarget as HTMLFormElement));
      leave();
    } catch (error) {
      setProblem(sentence(error));
      setBusy(false);
    }
  }
  return (
    <dialog {...dialog} class="sheet ask" aria-label={title}>
      <form onSubmit={submit}>
        <h2 class="title">{title}</h2>
        {children}
        <div role="alert">{problem && <p class="note bad">{problem}</p>}</div>
        <div class="row end">
          <Plain verb="Cancel" work={leave} />
          <button type="submit" class={`button ${isDangerous ? "danger" : "primary"}`} disabled={isBusy}>
            {verb}
          </button>
        </div>
      </form>
    </dialog>
  );
}

interface FieldProps {
  label: string;
  name: string;
  hint?: string;
  children?: ComponentChildren;
  [more: string]: unknown;
}

/** A text field with its name above it; `children` is another control in its place. */
export const Field = ({ label, name, hint, children, ...more }: FieldProps) => (
  <div class="field">
    <label class="field">
      <span>{label}</span>
      {children ?? (
        <input name={name} autocomplete="off" spellcheck={false} aria-describedby={hint && `${name}-hint`} {...more} />
      )}
    </label>
    {hint && (
      <span id={`${name}-hint`} class="small muted">
        {hint}
      </span>
    )}
  </div>
);

/** A button that acts at once; `what` completes its name for those who hear it. */
export const Plain = ({ verb, what = "", work }: { verb: string; what?: string; work: () => unknown }) => (
  <button type="button" class="button" aria-label={`${verb} ${what}`.trim()} onClick={() => void work()}>
    {verb}
  </button>
);

interface ButtonProps {
  /** The name of the button, and what the question begins with. */
  verb: string;
  /** What it is done to: completes the name for those who hear it. */
  what: string;
  children: ComponentChildren;
  work: () => Promise<unknown>;
}

/** A button that asks first. */
export function Careful({ verb, what, children, work }: ButtonProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Plain verb={verb} what={what} work={() => setAsking(true)} />
      {isAsking && (
        <Ask title={`${verb} ${what}?`} verb={verb} isDangerous work={work} close={() => setAsking(false)}>
          <p>{children}</p>
        </Ask>
      )}
    </>
  );
}
