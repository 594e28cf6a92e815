import { useEffect, useRef, useState } from "../view/hooks.ts";
import { conversations } from "../api/parlance.ts";
import { Icon } from "../parts/icon.tsx";
import { unread } from "../state/badges.ts";
import { detail } from "../state/detail.ts";
import { route } from "../state/location.ts";
import { rasa } from "../state/rasa.ts";
import { may } from "../state/token.ts";

/** Set when somebody of this browser has had enough of it. */
const KEY = "parlance.tour";

const isReading = (): boolean => route.value.name === "conversations" && detail.value?.phase === "ready";

/** What leads to a first conversation: where, and whether it is done. */
const STEPS: [label: string, to: string, isDone: () => boolean][] = [
  ["Train a model", "/models", () => rasa.value.mood === "ready"],
  ["Say hello to your bot", "/talk", () => (unread.value ?? 0) > 0],
  ["Read what it understood", "/conversations", isReading],
  ["Teach it what it did not", "/inbox", () => route.value.name === "inbox"],
];

/** The first steps, above every room of an installation where nobody has talked yet. */
export function Tour() {
  const [isOn, setOn] = useState(false);
  const done = useRef<boolean[]>([]);
  useEffect(() => {
    if (localStorage.getItem(KEY) || !["metadata:get", "messages:create"].every(may)) return;
    conversations({ limit: "1" }).then(
      ({ total }) => setOn(total === 0),
      () => undefined,
    );
  }, []);
  if (!isOn) return null;
  // Each step follows from the one before; what was done once stays done.
  done.current = STEPS.map(([, , isDone], i) => done.current[i] || ((i < 2 || !!done.current[i - 1]) && isDone()));
  const end = (): void => {
    localStorage.setItem(KEY, "over");
    setOn(false);
  };
  return (
    <section class="tour row" aria-label="First steps">
      <ol class="row wrap grow">
        {STEPS.map(([label, to], i) => (
          <li key={to} aria-current={i === done.current.indexOf(false) ? "step" : undefined}>
            {done.current[i] ? <Icon name="check" /> : `${i + 1}.`} <a href={to}>{label}</a>
            {done.current[i] && <span class="sr">, done</span>}
          </li>
        ))}
      </ol>
      <button type="button" class="button" onClick={end}>
        {done.current.includes(false) ? "Skip" : "Done"}
        <span class="sr"> the first steps</span>
      </button>
    </section>
  );
}
