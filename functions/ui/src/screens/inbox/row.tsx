import { useEffect, useRef } from "../../view/hooks.ts";
import type { Message } from "../../api/inbox.ts";
import { Conf } from "../../parts/conf.tsx";
import { When } from "../../parts/when.tsx";
import { draftOf, openHash } from "./state.ts";

const times = (n: number): string => (n === 1 ? "once" : `${n} times`);

/** One text of the inbox. */
export function TextRow({ one, isOpen }: { one: Message; isOpen: boolean }) {
  const button = useRef<HTMLButtonElement>(null);
  const { text, intent } = one.user_input;
  const { intent: chosen } = draftOf(one);
  useEffect(() => void (isOpen && button.current?.scrollIntoView({ block: "nearest" })), [isOpen]);
  return (
    <li>
      <button
        ref={button}
        type="button"
        class="item"
        aria-current={isOpen ? "true" : undefined}
        tabIndex={isOpen ? 0 : -1}
        onClick={() => (openHash.value = one.hash)}
      >
        <span class="gist ell" dir="auto">
          {text}
        </span>
        <span class="row small">
          {typeof intent.confidence === "number" && <Conf value={intent.confidence} />}
          <span class="grow ell muted">{chosen || "no intent"}</span>
          <span class="muted num">{times(one.n_messages)}</span>
          <span class="muted">
            <When at={one.time} />
          </span>
        </span>
      </button>
    </li>
  );
}
