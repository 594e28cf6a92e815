import { useEffect, useState } from "../../view/hooks.ts";
import { roomUrl } from "../../model/route.ts";
import type { Rest } from "../../model/route.ts";
import { ActionButton } from "../../parts/action.tsx";
import { Ask, Field } from "../../parts/dialog.tsx";
import { Blank, Failure, Waiting } from "../../parts/blank.tsx";
import { Search } from "../../parts/search.tsx";
import { useKey } from "../../state/keys.ts";
import { go } from "../../state/location.ts";
import { poll } from "../../state/poll.ts";
import { may } from "../../state/token.ts";
import { loadVocabulary } from "../../state/vocabulary.ts";
import { Deciding } from "./deciding.tsx";
import { Neighbours } from "./neighbours.tsx";
import { doneToday } from "./progress.ts";
import { add, arrivals, load, open, openHash, phase, refresh, rows, step, total } from "./state.ts";
import { TextRow } from "./row.tsx";

const NEWS_MS = 5_000;

const SORTS = { confidence: "Least sure first", time: "Newest first" } as const;

type Sort = keyof typeof SORTS;

/** The address holds search and order; least sure first is the rule. */
function read(search: string): { q: string; sort: Sort } {
  const given = new URLSearchParams(search);
  return { q: given.get("q") ?? "", sort: given.get("sort") === "time" ? "time" : "confidence" };
}

function write(q: string, sort: Sort): string {
  const query = new URLSearchParams({ ...(q && { q }), ...(sort === "time" && { sort }) });
  return query.size > 0 ? `?${query}` : "";
}

const Head = ({ q, sort }: ReturnType<typeof read>) => {
  const show = (text: string, by: Sort): void => go(roomUrl("inbox", [], write(text, by)), { replace: true });
  return (
    <div class="head">
      <Search label="Search texts" id="inbox.search" value={q} find={(words) => show(words, sort)} />
      <select aria-label="Order" value={sort} onChange={(event) => show(q, event.currentTarget.value as Sort)}>
        {Object.entries(SORTS).map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
};

const Progress = () => {
  const all = doneToday.value + total.value;
  return (
    <div class="progress small">
      <span class="grow num" role="status">
        <b>{total.value}</b> left · {doneToday.value} done today
      </span>
      <progress max={all || 1} value={doneToday.value} aria-label="Done today" />
    </div>
  );
};

const Empty = ({ isSearched }: { isSearched: boolean }) => (
  <Blank title={isSearched ? "Nothing matches" : "The inbox is empty"}>
    <p class="muted">{isSearched ? "No text that waits has these words." : "New texts come by themselves."}</p>
    <a class="button" href={isSearched ? "/inbox" : "/data"}>
      {isSearched ? "Show all" : "Look at the training data"}
    </a>
  </Blank>
);

const Arrivals = () =>
  arrivals.value > 0 ? (
    <button type="button" class="button arrivals" onClick={() => void load()}>
      {arrivals.value} new
    </button>
  ) : null;

const Rows = () => (
  <ul class="rows" aria-label="Texts">
    {rows.value.map((one) => (
      <TextRow key={one.hash} one={one} isOpen={one === open.value} />
    ))}
  </ul>
);

const Adding = ({ close }: { close: () => void }) => (
  <Ask title="Add a text" verb="Add" work={(given) => add(String(given.get("text")))} close={close}>
    <p class="small muted">The model in use says what it makes of it.</p>
    <Field label="What a user might say" name="text" required maxLength={10_000} dir="auto" />
  </Ask>
);

/** The texts that users said and nobody has annotated: each once, the most doubtful first. */
export function Inbox({ search }: Rest) {
  const { q, sort } = read(search);
  const [isAdding, setAdding] = useState(false);
  const query = { ...(q && { q }), sort_by: sort };
  const again = (): void => void load(query);
  useEffect(again, [q, sort]);
  useEffect(() => poll(refresh, NEWS_MS, ["inbox_changed"]), []);
  useEffect(() => void loadVocabulary().catch(() => undefined), []);
  useKey("inbox.next", () => step(1));
  useKey("inbox.previous", () => step(-1));
  useKey("leave", () => (document.activeElement as HTMLElement | null)?.blur());
  const isReady = phase.value === "ready";
  return (
    <div class={`conversations ${openHash.value ? "opened" : ""}`}>
      <main>
        <h1 class="sr">Inbox</h1>
        <section class="col list" aria-label="Texts to annotate">
          <Head q={q} sort={sort} />
          <Progress />
          <Arrivals />
          <div class="scroll">
            {phase.value === "loading" && <Waiting what="texts" lines={8} />}
            {!isReady && phase.value !== "loading" && <Failure what="inbox" why={phase.value} again={again} />}
            {isReady && (rows.value.length > 0 ? <Rows /> : <Empty isSearched={q !== ""} />)}
          </div>
          {may("logs.messages:create") && (
            <div class="bar">
              <ActionButton id="inbox.add" icon="plus" work={() => setAdding(true)}>
                Add a text
              </ActionButton>
            </div>
          )}
        </section>
        {open.value ? <Deciding key={open.value.hash} message={open.value} /> : <section class="col middle nothing" />}
      </main>
      {open.value && <Neighbours message={open.value} />}
      {isAdding && <Adding close={() => setAdding(false)} />}
    </div>
  );
}
