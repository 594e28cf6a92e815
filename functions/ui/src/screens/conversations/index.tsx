import { useEffect } from "../../view/hooks.ts";
import type { Filters } from "../../model/filters.ts";
import { writeFilters } from "../../model/filters.ts";
import { rowTime } from "../../model/rows.ts";
import type { Tracker } from "../../api/parlance.ts";
import { FactsColumn } from "../../parts/aside.tsx";
import { later } from "../../later.ts";
import { Blank } from "../../parts/blank.tsx";
import { useKey } from "../../state/keys.ts";
import { detail, open, refreshDetail } from "../../state/detail.ts";
import { refresh, rows, show } from "../../state/list.ts";
import { correctIntent } from "../../state/notes.ts";
import { picked } from "../../state/picked.ts";
import { poll } from "../../state/poll.ts";
import { chosenTurn } from "../../state/selection.ts";
import { loadTags, tags } from "../../state/tags.ts";
import { may } from "../../state/token.ts";
import { back, move, pick } from "./moves.ts";
import { DetailColumn } from "./detail.tsx";
import { ListColumn } from "./list.tsx";

const NEWS_MS = 2_000;

/** Nothing is open, the top is in view, and no row is being pointed at: then news may simply appear. */
function isWatching(): boolean {
  const list = document.getElementById("list");
  const isBusy = list?.matches(":hover") || list?.contains(document.activeElement);
  return rows.value.length === 0 || (!detail.value && (list?.scrollTop ?? 0) === 0 && !isBusy);
}

function hasNews(): boolean {
  if (detail.value?.phase !== "ready") return detail.value !== null;
  const { id, tracker } = detail.value;
  const row = rows.value.find((one) => one.sender_id === id);
  return !row || rowTime(row) > (tracker.events.at(-1)?.timestamp ?? 0) + 0.001;
}

async function lookForNews(): Promise<void> {
  await refresh(isWatching());
  if (hasNews()) await refreshDetail();
}

/** First what is chosen is let go, then the conversation. */
function leave(): void {
  if (picked.value) picked.value = null;
  else back();
}

const Choose = () => (
  <Blank title="Choose a conversation">
    <p class="muted">
      <kbd>j</kbd> <kbd>k</kbd> move through the list, <kbd>Enter</kbd> opens, <kbd>?</kbd> shows all keys.
    </p>
  </Blank>
);

const Nothing = () => <section class="col middle nothing">{rows.value.length > 0 && <Choose />}</section>;

const Editor = later("editor", (rest) => rest.Editor, null);

/** The right column, where a reader may also correct what was understood. */
function Aside({ id, tracker }: { id: string; tracker: Tracker | null }) {
  const turn = chosenTurn.value;
  const isTaught = turn?.user && may("examples:create");
  const correct = (intent: string): void => void (turn && correctIntent(id, turn, intent));
  return (
    <FactsColumn
      tracker={tracker}
      keys={KEYS}
      correct={may("messageIntents:update") ? correct : undefined}
      editor={isTaught ? <Editor key={`${id} ${turn.key}`} turn={turn} /> : undefined}
    />
  );
}

const KEYS = { previous: "turn.previous", next: "turn.next" } as const;

/** The review room: list, conversation, facts. */
export function Conversations({ filters, id }: { filters: Filters; id: string | undefined }) {
  useEffect(() => show(filters), [writeFilters(filters)]);
  useEffect(() => open(id), [id]);
  useEffect(() => poll(lookForNews, NEWS_MS, ["message_sent"]), []);
  const isTagged = filters.tag !== undefined || rows.value.some((row) => row.tags?.length);
  useEffect(() => void (isTagged && tags.value.length === 0 && loadTags().catch(() => undefined)), [isTagged]);
  useKey("next", () => move(1));
  useKey("previous", () => move(-1));
  const mayPick = (): boolean => may("conversations:update");
  useKey("select", () => pick(false), mayPick);
  useKey("select.range", () => pick(true), mayPick);
  useKey("leave", () =>
    document.activeElement?.matches("input") ? (document.activeElement as HTMLElement).blur() : leave(),
  );
  const opened = id === undefined ? null : detail.value;
  const tracker = opened?.phase === "ready" ? opened.tracker : null;
  const row = rows.value.find((one) => one.sender_id === id) ?? tracker ?? undefined;
  return (
    <div class={`conversations ${id ? "opened" : ""}`}>
      <main>
        <h1 class="sr">Conversations</h1>
        <ListColumn filters={filters} />
        {opened ? <DetailColumn open={opened} row={row} filters={filters} /> : <Nothing />}
      </main>
      {opened && <Aside id={opened.id} tracker={tracker} />}
    </div>
  );
}
