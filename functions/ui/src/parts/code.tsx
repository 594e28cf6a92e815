import { useEffect, useRef, useState } from "../view/hooks.ts";
import { check } from "../api/teach.ts";
import type { CheckKind, Checked, Problem } from "../api/teach.ts";
import { plural } from "../model/figures.ts";

const PAUSE_MS = 250;

/** What the API says of a text, a moment after it was last changed. */
export function useCheck(kind: CheckKind, text: string): Checked | null {
  const [checked, setChecked] = useState<Checked | null>(null);
  useEffect(() => {
    let isOld = false;
    const ask = (): Promise<void> =>
      check(kind, text).then(
        (found) => void (isOld || setChecked(found)),
        () => undefined,
      );
    const timer = setTimeout(ask, checked ? PAUSE_MS : 0);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [kind, text]);
  return checked;
}

const verdict = (problems: Problem[]): string => {
  const errors = problems.filter((one) => one.severity === "error").length;
  const warnings = problems.length - errors;
  return [errors && plural(errors, "error"), warnings && plural(warnings, "warning")].filter(Boolean).join(", ");
};

interface ProblemsProps {
  checked: Checked | null;
  show: (line: number) => void;
}

const Problems = ({ checked, show }: ProblemsProps) => (
  <div class="problems" role="status">
    {checked === null ? (
      <p class="small muted">Reading…</p>
    ) : checked.problems.length === 0 ? (
      <p class="small good">No problems</p>
    ) : (
      <>
        <p class="sr">{verdict(checked.problems)}</p>
        {checked.problems.map((one, i) => (
          <button key={i} type="button" class={one.severity} onClick={() => show(one.line)}>
            <b>line {one.line}</b> <span class="sr">{one.severity}: </span>
            {one.message}
          </button>
        ))}
      </>
    )}
  </div>
);

interface Props {
  /** The name of the text. */
  label: string;
  text: string;
  checked: Checked | null;
  change: (text: string) => void;
  isReadOnly?: boolean;
}

const LINE_PX = 20;

/** Where a line of a text begins and ends. */
function span(text: string, line: number): [number, number] {
  const lines = text.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return [start, start + (lines[line - 1]?.length ?? 0)];
}

/** Enter begins a new line below the beginning of this one. */
function breakLine(event: KeyboardEvent): boolean {
  if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return false;
  event.preventDefault();
  const field = event.currentTarget as HTMLTextAreaElement;
  const before = field.value.slice(0, field.selectionStart);
  const indent = /(?:^|\n)( *)[^\n]*$/.exec(before)?.[1] ?? "";
  field.setRangeText(`\n${indent}`, field.selectionStart, field.selectionEnd, "end");
  return true;
}

/** A text field for YAML: numbered lines, problems that lead to their line. Tab leaves it, as everywhere. */
export function Code({ label, text, checked, change, isReadOnly }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLOListElement>(null);
  const marks = new Map((checked?.problems ?? []).map((one) => [one.line, one.severity]));
  const show = (line: number): void => {
    field.current?.focus();
    field.current?.setSelectionRange(...span(text, line));
    field.current?.scrollTo({ top: Math.max(0, line - 5) * LINE_PX });
  };
  return (
    <div class="code">
      <div class="codebox">
        <ol ref={gutter} class="gutter num" aria-hidden="true">
          {text.split("\n").map((_, i) => (
            <li key={i} class={marks.get(i + 1)}>
              {i + 1}
            </li>
          ))}
        </ol>
        <textarea
          ref={field}
          aria-label={label}
          value={text}
          readOnly={isReadOnly}
          spellcheck={false}
          autocapitalize="none"
          wrap="off"
          onInput={(event) => change(event.currentTarget.value)}
          onKeyDown={(event) => breakLine(event) && change(event.currentTarget.value)}
          onScroll={(event) => gutter.current?.scrollTo({ top: event.currentTarget.scrollTop })}
        />
      </div>
      <Problems checked={checked} show={show} />
    </div>
  );
}
