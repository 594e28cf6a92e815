import { useComputed } from "../../view/hooks.ts";
import { STATUS_LABELS } from "../../model/filters.ts";
import { conversationUrl } from "../../model/route.ts";
import type { Row } from "../../model/rows.ts";
import { rowName, rowTime } from "../../model/rows.ts";
import { Conf } from "../../parts/conf.tsx";
import { Tags } from "../../parts/tags.tsx";
import { When } from "../../parts/when.tsx";
import { picked, togglePicked } from "../../state/picked.ts";
import { listOrder, listQuery, openId } from "../../state/location.ts";

const turns = (n: number): string => (n === 1 ? "1 message" : `${n} messages`);

/** The second line: what was said last, where the API tells it; else what the user wanted. */
const gist = (row: Row): string => row.latest_user_message ?? (row.intents.join(", ") || "no message yet");

/** The lowest confidence of the kind that the list is sorted by. */
function Doubt({ row }: { row: Row }) {
  const isByAction = listOrder.value === "confidence";
  const value = isByAction ? row.minimum_action_confidence : row.minimum_intent_confidence;
  if (value === null) return null;
  return (
    <>
      <Conf value={value} what={isByAction ? "lowest action confidence" : "lowest confidence"} />
      {isByAction && <span class="muted">action</span>}
    </>
  );
}

const Details = ({ row }: { row: Row }) => (
  <span class="row small">
    <Doubt row={row} />
    <span class="muted ell">
      {row.review_status !== "unread" && `${STATUS_LABELS[row.review_status].toLowerCase()} · `}
      {turns(row.n_user_messages)} · {row.latest_input_channel ?? "no channel"}
    </span>
    {row.has_flagged_messages && <span class="tag">flagged</span>}
    <Tags numbers={row.tags ?? []} />
  </span>
);

/** One conversation of the list. Only one row is in the tab order; j and k move it. */
export function RowView({ row, isFirst }: { row: Row; isFirst: boolean }) {
  const isOpen = useComputed(() => openId.value === row.sender_id).value;
  const isTabStop = useComputed(() => openId.value === row.sender_id || (isFirst && openId.value === null)).value;
  const isPicked = useComputed(() => picked.value?.includes(row.sender_id) ?? null).value;
  return (
    <li class={isPicked === null ? undefined : "picking"}>
      {isPicked !== null && (
        <input
          type="checkbox"
          aria-label={`Select ${rowName(row)}`}
          checked={isPicked}
          onChange={() => togglePicked(row.sender_id)}
        />
      )}
      <a
        class={`item ${row.review_status === "unread" ? "" : "read"}`}
        href={conversationUrl(row.sender_id) + listQuery.value}
        data-id={row.sender_id}
        aria-current={isOpen ? "true" : undefined}
        tabIndex={isTabStop ? 0 : -1}
      >
        <span class="row">
          <span class="who grow ell">
            <bdi>{rowName(row)}</bdi>
          </span>
          <span class="small muted">
            <When at={rowTime(row)} />
          </span>
        </span>
        <span class="gist ell muted" dir="auto">
          {gist(row)}
        </span>
        <Details row={row} />
      </a>
    </li>
  );
}
