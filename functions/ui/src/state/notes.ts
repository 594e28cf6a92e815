import { addExample, correct, flag, tag, uncorrect, unflag, untag } from "../api/annotate.ts";
import type { NewExample } from "../api/annotate.ts";
import { CORRECTED } from "../model/events.ts";
import type { Turn } from "../model/fold.ts";
import { make } from "./change.ts";
import { patchMessage, patchTracker } from "./detail.ts";
import { patchRow } from "./list.ts";
import { loadTags, tagName, tags } from "./tags.ts";
import { tell } from "./toasts.ts";
import { learn } from "./vocabulary.ts";

/** Flag a message of the user, or take its flag off. */
export function toggleFlag(id: string, turn: Turn): void {
  const isOn = turn.user?.isFlagged ?? false;
  const draw = (isFlagged: boolean): void => {
    patchMessage(id, turn.at, (event) => ({ ...event, is_flagged: isFlagged }));
    patchTracker(id, ({ events }) => ({ has_flagged_messages: events.some((event) => event.is_flagged) }));
    if (isFlagged) patchRow(id, { has_flagged_messages: true });
  };
  const [set, unset] = [() => flag(id, turn.at), () => unflag(id, turn.at)];
  make({
    done: isOn ? "Flag taken off" : "Message flagged",
    show: () => draw(!isOn),
    hide: () => draw(isOn),
    write: isOn ? unset : set,
    unwrite: isOn ? set : unset,
  });
}

/** Say which intent a message really has. */
export function correctIntent(id: string, turn: Turn, intent: string): void {
  const before = turn.user?.corrected ?? null;
  const draw = (name: string | null): void =>
    patchMessage(id, turn.at, (event) => ({ ...event, metadata: { ...event.metadata, [CORRECTED]: name } }));
  make({
    done: `The intent is ${intent}`,
    show: () => draw(intent),
    hide: () => draw(before),
    write: () => correct(id, turn.at, intent),
    unwrite: () => (before === null ? uncorrect(id, turn.at) : correct(id, turn.at, before)),
  });
  learn(intent, []);
}

const COLORS = ["3b5bdb", "2b8a3e", "a65500", "9c36b5", "0b7285", "c2255c"];

/** Put a new tag on a conversation; it gets a colour that follows from its name. */
export async function addTag(id: string, value: string): Promise<void> {
  const color = COLORS[Array.from(value).reduce((sum, sign) => sum + (sign.codePointAt(0) ?? 0), 0) % COLORS.length];
  await tag(id, { value, ...(color && { color }) });
  await loadTags();
  const made = tags.value.find((one) => one.value === value);
  if (made) drawTags(id, (now) => [...now, made.id]);
  tell(`Tagged ${value}`);
}

function drawTags(id: string, change: (now: number[]) => number[]): void {
  patchTracker(id, ({ tags: now }) => {
    const tags = [...new Set(change(now ?? []))];
    patchRow(id, { tags });
    return { tags };
  });
}

/** Put a known tag on a conversation, or take it off. */
export function toggleTag(id: string, number: number, isOn: boolean): void {
  const on = (): void => drawTags(id, (now) => [...now, number]);
  const off = (): void => drawTags(id, (now) => now.filter((one) => one !== number));
  const [set, unset] = [() => tag(id, { id: number }), () => untag(id, number)];
  make({
    done: isOn ? `Tag ${tagName(number)} taken off` : `Tagged ${tagName(number)}`,
    show: isOn ? off : on,
    hide: isOn ? on : off,
    write: isOn ? unset : set,
    unwrite: isOn ? set : unset,
  });
}

/** Keep a message as a training example. */
export async function keepExample(example: NewExample): Promise<void> {
  await addExample(example);
  learn(
    example.intent,
    example.entities.map((one) => one.entity),
  );
  tell(`Saved as an example of ${example.intent}`);
}
