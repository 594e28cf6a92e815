import type { ComponentChildren } from "preact";
import { useState } from "../../view/hooks.ts";
import { sentence } from "../../api/call.ts";
import type { CheckKind, Checked } from "../../api/teach.ts";
import { ActionButton } from "../../parts/action.tsx";
import { Code, useCheck } from "../../parts/code.tsx";
import { signal } from "../../state/signal.ts";
import { tell } from "../../state/toasts.ts";

/** What was written and not saved, by name: it survives looking elsewhere. */
const drafts = signal<Record<string, string>>({});

export const isDraft = (name: string): boolean => drafts.value[name] !== undefined;

export function keepDraft(name: string, text: string | null): void {
  const { [name]: _, ...others } = drafts.value;
  drafts.value = text === null ? others : { ...others, [name]: text };
}

interface Props {
  name: string;
  kind: CheckKind;
  label: string;
  /** What is saved, as a sentence begins. */
  what: string;
  /** The text as it is stored, or as a new one begins. */
  kept: string;
  isNew?: boolean;
  isMine: boolean;
  /** Store the text; what it returns is done when the draft is gone. */
  save: (text: string) => Promise<() => Promise<void>>;
  /** At the end of the bar. */
  more?: ComponentChildren;
  beside?: (checked: Checked | null) => ComponentChildren;
}

interface BarProps {
  name: string;
  disabled: boolean;
  submit: () => void;
  children: ComponentChildren;
}

const Bar = ({ name, disabled, submit, children }: BarProps) => (
  <div class="bar">
    <ActionButton id="stories.save" primary disabled={disabled} work={submit}>
      Save
    </ActionButton>
    {isDraft(name) && (
      <button type="button" class="button" onClick={() => keepDraft(name, null)}>
        Take back
      </button>
    )}
    <span class="grow" />
    {children}
  </div>
);

/** A text that is judged while it is written, and saved when it is right. */
export function Draft({ name, kind, label, what, kept, isNew, isMine, save, more, beside }: Props) {
  const text = drafts.value[name] ?? kept;
  const checked = useCheck(kind, text);
  const [problem, setProblem] = useState("");
  const isWrong = checked?.problems.some((one) => one.severity === "error") ?? true;
  const submit = async (): Promise<void> => {
    try {
      const done = await save(text);
      keepDraft(name, null);
      setProblem("");
      tell(`${what} is saved.`);
      await done();
    } catch (error) {
      setProblem(sentence(error));
    }
  };
  return (
    <>
      <section class="col" aria-label="Text">
        <Code
          label={label}
          text={text}
          checked={checked}
          change={(now) => keepDraft(name, now === kept ? null : now)}
          isReadOnly={!isMine}
        />
        <div role="alert">{problem && <p class="note bad">{problem}</p>}</div>
        {isMine && (
          <Bar name={name} disabled={isWrong || !(isNew || isDraft(name))} submit={() => void submit()}>
            {more}
          </Bar>
        )}
      </section>
      {beside?.(checked)}
    </>
  );
}
