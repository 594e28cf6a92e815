import { useRef } from "../../view/hooks.ts";
import { sayings } from "../../model/exchange.ts";
import { Icon } from "../../parts/icon.tsx";
import { turns } from "../../state/detail.ts";
import { useKey } from "../../state/keys.ts";
import type { Put } from "../../state/lead.ts";
import { waiting } from "../../state/talk.ts";

/** Arrow-up walks back through what was said, arrow-down forward again to what was being written. */
function useRecall(field: { current: HTMLTextAreaElement | null }) {
  const place = useRef(0);
  const draft = useRef("");
  const walk = (by: 1 | -1): void => {
    const input = field.current;
    const said = sayings(turns.value, waiting.value).toReversed();
    const to = place.current + by;
    if (!input || to < 0 || to > said.length) return;
    if (place.current === 0) draft.current = input.value;
    place.current = to;
    input.value = to === 0 ? draft.current : (said[to - 1] ?? "");
    input.setSelectionRange(input.value.length, input.value.length);
  };
  return { walk, reset: () => (place.current = 0) };
}

const isOneLine = (field: HTMLTextAreaElement | null): boolean => !field?.value.includes("\n");

interface Props {
  say: (text: string, put: Put) => void;
}

/** Where one writes. */
export function Composer({ say }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const recall = useRecall(field);
  const isMine = (): boolean => document.activeElement === field.current;
  /** What is being written stays, unless nothing is to stand there. */
  const put = (text: string): void => {
    if (field.current) field.current.value = text && (field.current.value || text);
    recall.reset();
  };
  const send = (): void => {
    const text = field.current?.value.trim();
    if (!text) return;
    put("");
    say(text, put);
  };
  useKey("talk.write", () => field.current?.focus());
  useKey("talk.send", () => isMine() && send(), isMine);
  const isRecalling = (): boolean => isMine() && isOneLine(field.current);
  useKey("talk.earlier", () => recall.walk(1), isRecalling);
  useKey("talk.later", () => recall.walk(-1), isRecalling);
  return (
    <form class="bar composer" onSubmit={(event) => (event.preventDefault(), send())}>
      <textarea
        ref={field}
        rows={1}
        placeholder="Write a message"
        aria-label="Message"
        autoFocus
        onInput={recall.reset}
        dir="auto"
      />
      <button type="submit" class="button primary">
        <Icon name="send" />
        Send
        <span class="keys" aria-hidden="true">
          <kbd>Enter</kbd>
        </span>
      </button>
    </form>
  );
}
