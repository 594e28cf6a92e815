import type { ComponentChildren } from "preact";
import { useState } from "../../view/hooks.ts";
import { call } from "../../api/call.ts";
import { plural } from "../../model/figures.ts";
import type { ReviewStatus } from "../../model/rows.ts";
import { ActionButton } from "../../parts/action.tsx";
import { Chooser, choice } from "../../parts/chooser.tsx";
import { Ask } from "../../parts/dialog.tsx";
import { Icon } from "../../parts/icon.tsx";
import { make } from "../../state/change.ts";
import { forgetDetail } from "../../state/detail.ts";
import { choose, dropRow, patchRow, rows } from "../../state/list.ts";
import { picked } from "../../state/picked.ts";
import { loadTags, tags } from "../../state/tags.ts";
import { tell } from "../../state/toasts.ts";
import { may } from "../../state/token.ts";

const post = (conversations: readonly string[], what: object): Promise<unknown> =>
  call("/conversations/bulk", { method: "POST", body: { conversations, ...what } });

const many = (ids: readonly string[]): string => plural(ids.length, "conversation");

const statusOf = (id: string): ReviewStatus =>
  rows.value.find((row) => row.sender_id === id)?.review_status ?? "unread";

/** Give every conversation back the status that it had: one request for each status. */
async function restore(before: ReadonlyMap<string, ReviewStatus>): Promise<void> {
  for (const review_status of new Set(before.values())) {
    const mine = [...before].filter(([, status]) => status === review_status).map(([id]) => id);
    await post(mine, { review_status });
  }
}

function review(ids: readonly string[], review_status: ReviewStatus, done: string): void {
  const before = new Map(ids.map((id) => [id, statusOf(id)]));
  make({
    done: `${many(ids)} ${done}`,
    show: () => ids.forEach((id) => choose(id, review_status)),
    hide: () => before.forEach((status, id) => choose(id, status)),
    write: () => post(ids, { review_status }),
    unwrite: () => restore(before),
  });
  picked.value = null;
}

function addTag(ids: readonly string[], number: number): void {
  const had = new Map(ids.map((id) => [id, rows.value.find((row) => row.sender_id === id)?.tags ?? []]));
  const fresh = ids.filter((id) => !had.get(id)?.includes(number));
  make({
    done: `${many(fresh)} tagged`,
    show: () => fresh.forEach((id) => patchRow(id, { tags: [...(had.get(id) ?? []), number] })),
    hide: () => fresh.forEach((id) => patchRow(id, { tags: had.get(id) ?? [] })),
    write: () => post(fresh, { add_tags: [{ id: number }] }),
    unwrite: () => post(fresh, { remove_tags: [number] }),
  });
  picked.value = null;
}

const MOST_ERASED = 100;

async function erase(ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += MOST_ERASED) await post(ids.slice(at, at + MOST_ERASED), { delete: true });
  ids.forEach((id) => (dropRow(id), forgetDetail(id)));
  picked.value = null;
  tell(`${many(ids)} erased`);
}

const TagChooser = ({ ids, close }: { ids: readonly string[]; close: () => void }) => (
  <Chooser
    title={`Tag ${many(ids)}`}
    placeholder="Tag"
    choices={tags.value.map((tag) => choice(tag.value, () => addTag(ids, tag.id)))}
    close={close}
  />
);

interface PlainProps {
  work: () => void;
  disabled?: boolean;
  children: ComponentChildren;
}

const Plain = ({ work, ...more }: PlainProps) => <button type="button" class="button" onClick={work} {...more} />;

/** What can be done with all conversations that are chosen, each in one request. */
export function BulkBar() {
  const [open, setOpen] = useState<"tag" | "erase" | null>(null);
  const ids = picked.value ?? [];
  const close = (): void => setOpen(null);
  const disabled = ids.length === 0;
  const choose = (all: readonly string[] | null) => (): void => void (picked.value = all);
  return (
    <div class="bar bulk" role="group" aria-label="Selected conversations">
      <b class="num" role="status">
        {ids.length} selected
      </b>
      <Plain work={choose(rows.value.map((row) => row.sender_id))}>All {rows.value.length}</Plain>
      <ActionButton id="bulk.reviewed" disabled={disabled} work={() => review(ids, "reviewed", "marked reviewed")}>
        Reviewed
      </ActionButton>
      <Plain disabled={disabled} work={() => review(ids, "saved_for_later", "saved for later")}>
        Later
      </Plain>
      <Plain disabled={disabled} work={() => void loadTags().finally(() => setOpen("tag"))}>
        Tag
      </Plain>
      {may("metadata:delete") && (
        <Plain disabled={disabled} work={() => setOpen("erase")}>
          Erase
        </Plain>
      )}
      <button type="button" class="bare" aria-label="Stop selecting" onClick={choose(null)}>
        <Icon name="close" />
      </button>
      {open === "tag" && <TagChooser ids={ids} close={close} />}
      {open === "erase" && (
        <Ask title={`Erase ${many(ids)}?`} verb="Erase" isDangerous work={() => erase(ids)} close={close}>
          <p>With events and messages; this cannot be taken back.</p>
        </Ask>
      )}
    </div>
  );
}
