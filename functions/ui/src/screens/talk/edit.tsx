import type { Tracker } from "../../api/parlance.ts";
import { deeds, edited, isOwn, nameOf } from "../../model/deeds.ts";
import type { Deed } from "../../model/deeds.ts";
import { Ask } from "../../parts/dialog.tsx";
import { rewrite } from "../../state/lead.ts";

const Line = ({ one, at }: { one: Deed; at: number }) => {
  const text = one.what.event === "user" ? `“${one.what.text ?? ""}” means` : "the bot does";
  return (
    <li class="row">
      <input type="checkbox" name={`kept${at}`} defaultChecked aria-label={`Keep: ${text} ${nameOf(one)}`} />
      <span class="grow small" dir="auto">
        {text}
      </span>
      <input name={`name${at}`} aria-label={text} defaultValue={nameOf(one)} required spellcheck={false} />
    </li>
  );
};

/** What happened so far, to be corrected or taken out. */
export function Edit({ tracker, close }: { tracker: Tracker; close: () => void }) {
  const all = deeds(tracker.events);
  const name = (given: FormData, one: Deed, at: number): string | null =>
    isOwn(one) ? nameOf(one) : given.has(`kept${at}`) ? String(given.get(`name${at}`)).trim() : null;
  const work = (given: FormData): Promise<void> =>
    rewrite(
      tracker.sender_id,
      edited(
        all,
        all.map((one, at) => name(given, one, at)),
      ),
    );
  return (
    <Ask title="Edit what happened" verb="Go on from there" work={work} close={close}>
      <p class="muted">What is not ticked did not happen; another name takes what was said with it.</p>
      <ol class="deeds">{all.map((one, at) => (isOwn(one) ? null : <Line key={at} one={one} at={at} />))}</ol>
    </Ask>
  );
}
