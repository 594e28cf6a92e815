import { STATUS_LABELS } from "../../model/filters.ts";
import type { Row } from "../../model/rows.ts";
import { ActionButton } from "../../parts/action.tsx";
import { isMinimum, rows, total } from "../../state/list.ts";
import { may } from "../../state/token.ts";
import { decide, move } from "./moves.ts";

function Place({ id }: { id: string }) {
  const at = rows.value.findIndex((row) => row.sender_id === id);
  if (at < 0) return null;
  return (
    <span class="small muted num">
      {at + 1} of {total.value ?? rows.value.length}
      {isMinimum.value && "+"}
    </span>
  );
}

/** What was decided before, and the way back to undecided. */
export const Decided = ({ row }: { row: Row }) => (
  <>
    <span class="pill wide">{STATUS_LABELS[row.review_status]}</span>
    {may("conversationReviewStatus:update") && (
      <ActionButton id="unread" class="wide" work={() => decide("unread")}>
        Mark unread
      </ActionButton>
    )}
  </>
);

const Decisions = () => (
  <>
    <ActionButton id="reviewed" primary icon="check" work={() => decide("reviewed")}>
      Reviewed, next
    </ActionButton>
    <ActionButton id="save" icon="later" work={() => decide("saved_for_later")}>
      Save for later
    </ActionButton>
  </>
);

/** What a reader decides, and the way on. */
export const ReviewBar = ({ id, row }: { id: string; row: Row | undefined }) => (
  <div class="bar" role="group" aria-label="Review">
    {may("conversationReviewStatus:update") && <Decisions />}
    <span class="sr" role="status">
      {row ? `${id}: ${STATUS_LABELS[row.review_status]}` : ""}
    </span>
    <span class="grow" />
    <span class="row walk">
      <Place id={id} />
      <ActionButton id="previous" icon="up" label="Previous conversation" work={() => move(-1)} />
      <ActionButton id="next" icon="down" label="Next conversation" work={() => move(1)} />
    </span>
  </div>
);
