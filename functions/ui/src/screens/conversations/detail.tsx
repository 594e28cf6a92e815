import { useLayoutEffect, useRef } from "../../view/hooks.ts";
import type { Filters } from "../../model/filters.ts";
import type { Turn } from "../../model/fold.ts";
import { conversationsUrl } from "../../model/route.ts";
import { rowName } from "../../model/rows.ts";
import type { Row } from "../../model/rows.ts";
import { range } from "../../model/time.ts";
import type { Tracker } from "../../api/parlance.ts";
import { Blank, Failure, Waiting } from "../../parts/blank.tsx";
import { FactsToggle } from "../../parts/aside.tsx";
import { Icon } from "../../parts/icon.tsx";
import { later } from "../../later.ts";
import { Tags } from "../../parts/tags.tsx";
import { Transcript } from "../../parts/transcript.tsx";
import { detail, refreshDetail, turns } from "../../state/detail.ts";
import type { Detail } from "../../state/detail.ts";
import { chosenKey, select, startReading } from "../../state/selection.ts";
import { Decided, ReviewBar } from "./review.tsx";

const Tools = later("tools", (rest) => rest.Tools, null);

const count = (n: number): string => (n === 1 ? "1 turn" : `${n} turns`);

function Line({ spoken, tracker }: { spoken: Turn[]; tracker: Tracker }) {
  const channel = spoken.at(-1)?.user?.channel ?? "no channel";
  const [first, last] = [tracker.events[0], tracker.events.at(-1)];
  const when = first && last ? ` · ${range(first.timestamp, last.timestamp)}` : "";
  return (
    <div class="small muted ell">
      {channel} · {count(spoken.length)}
      {when}
    </div>
  );
}

const Head = ({
  id,
  row,
  tracker,
  filters,
}: {
  id: string;
  row: Row | undefined;
  tracker: Tracker | null;
  filters: Filters;
}) => (
  <div class="head">
    <a class="button back" href={conversationsUrl(filters)} aria-label="Back to the list">
      <Icon name="back" />
    </a>
    <div class="grow">
      <h2 class="title ell">
        <bdi>{row ? rowName(row) : id}</bdi>
        <Tags numbers={tracker?.tags ?? []} />
      </h2>
      {tracker && <Line spoken={turns.value.filter((turn) => turn.user)} tracker={tracker} />}
    </div>
    {row && row.review_status !== "unread" && <Decided row={row} />}
    {tracker && <Tools tracker={tracker} />}
    <FactsToggle id="facts" />
  </div>
);

function Turns() {
  const box = useRef<HTMLDivElement>(null);
  // Before it is painted: a key that follows at once is about that turn.
  useLayoutEffect(() => {
    box.current?.scrollTo({ top: 0 });
    startReading();
  }, [detail.value?.id]);
  return (
    <div ref={box} class="talk" tabIndex={0} role="region" aria-label="Conversation">
      {turns.value.length === 0 ? (
        <Blank title="Nothing was said yet" />
      ) : (
        <Transcript turns={turns.value} chosen={chosenKey} select={select} />
      )}
    </div>
  );
}

function Middle({ open }: { open: Detail }) {
  if (open.phase === "loading") return <Waiting what="conversation" />;
  if (open.phase === "ready") return <Turns />;
  if (open.phase === "missing") return <Blank title="No such conversation">It may have been deleted.</Blank>;
  return <Failure what="conversation" why={open.message} again={refreshDetail} />;
}

interface Props {
  open: Detail;
  row: Row | undefined;
  filters: Filters;
}

/** The middle column: an open conversation. */
export function DetailColumn({ open, row, filters }: Props) {
  const tracker = open.phase === "ready" ? open.tracker : null;
  return (
    <section class="col middle" aria-label="Open conversation">
      <Head id={open.id} row={row} tracker={tracker} filters={filters} />
      <Middle open={open} />
      {tracker && <ReviewBar id={open.id} row={row} />}
    </section>
  );
}
