import { useEffect, useRef } from "../../view/hooks.ts";
import { isNarrowed } from "../../model/filters.ts";
import type { Filters } from "../../model/filters.ts";
import { ActionButton } from "../../parts/action.tsx";
import { Blank, Failure, Waiting } from "../../parts/blank.tsx";
import { later } from "../../later.ts";
import { arrivals, cursor, failure, isLoadingMore, loadMore, phase, reload, rows } from "../../state/list.ts";
import { picked } from "../../state/picked.ts";
import { FilterBar } from "./bar.tsx";
import { RowView } from "./row.tsx";

const Empty = ({ filters }: { filters: Filters }) =>
  isNarrowed(filters) ? (
    <Blank title="Nothing matches">
      <p class="muted">No conversation fits these filters.</p>
      <a class="button" href="/conversations">
        Show all
      </a>
    </Blank>
  ) : (
    <Blank title="No conversations yet">
      <p class="muted">They appear here within seconds, from every channel.</p>
      <a class="button primary" href="/talk">
        Talk to the bot
      </a>
    </Blank>
  );

/** Asks for the next page when the end of the list comes near. */
function Sentinel() {
  const mark = useRef<HTMLLIElement>(null);
  useEffect(() => {
    const watcher = new IntersectionObserver(
      (seen) => seen.some((one) => one.isIntersecting) && void loadMore().catch(() => undefined),
      { rootMargin: "600px" },
    );
    if (mark.current) watcher.observe(mark.current);
    return () => watcher.disconnect();
  }, [rows.value]);
  return (
    <li ref={mark} class="sentinel small muted">
      {isLoadingMore.value ? "Loading more…" : ""}
    </li>
  );
}

const Arrivals = () =>
  arrivals.value.length === 0 ? null : (
    <ActionButton id="arrivals" class="arrivals" work={() => void reload()}>
      {arrivals.value.length} new
    </ActionButton>
  );

const BulkBar = later("actions", (rest) => rest.BulkBar, null);

const Rows = () => (
  <ul class="rows" aria-label="Conversations">
    {rows.value.map((row, i) => (
      <RowView key={row.sender_id} row={row} isFirst={i === 0} />
    ))}
    {cursor.value && <Sentinel />}
  </ul>
);

function Body({ filters }: { filters: Filters }) {
  if (phase.value === "loading") return <Waiting what="conversations" lines={8} />;
  if (phase.value === "failed") return <Failure what="list" why={failure.value} again={reload} />;
  return rows.value.length === 0 ? <Empty filters={filters} /> : <Rows />;
}

/** The left column. */
export const ListColumn = ({ filters }: { filters: Filters }) => (
  <section class="col list" aria-label="Conversation list">
    <FilterBar filters={filters} />
    <Arrivals />
    <div class="scroll" id="list">
      <Body filters={filters} />
    </div>
    {picked.value && <BulkBar />}
  </section>
);
