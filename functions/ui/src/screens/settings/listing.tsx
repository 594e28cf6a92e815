import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { read } from "../../api/manage.ts";
import { Ask, Careful } from "../../parts/dialog.tsx";
import { Section, Show } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import type { Column } from "../../parts/table.tsx";
import { attempt, useLoad } from "../../state/load.ts";
import { may } from "../../state/token.ts";

/** Something that can be done to a row, after a question where there is a warning. */
export interface Deed<R> {
  verb: string;
  scope: string;
  what: (row: R) => string;
  warning?: string;
  work: (row: R) => Promise<unknown>;
  /** Where it makes sense; everywhere if absent. */
  fits?: (row: R) => boolean;
}

/** A question with fields: about a row, or about nothing yet. */
export interface Form<R> {
  verb: string;
  scope: string;
  title: (row: R | null) => string;
  fields: (row: R | null) => ComponentChildren;
  /** What it answers is shown where it is a text to keep. */
  work: (given: FormData, row: R | null) => Promise<unknown>;
  fits?: (row: R) => boolean;
}

interface Props<R> {
  title: string;
  about: string;
  path: string;
  id: (row: R) => string;
  columns: Column<R>[] | ((again: () => Promise<void>) => Column<R>[]);
  empty: ComponentChildren;
  add?: Form<R>;
  edit?: Form<R>;
  deeds?: Deed<R>[];
  /** Something for all rows at once. */
  more?: (rows: R[], again: () => Promise<void>) => ComponentChildren;
  everyMs?: number;
  /** The frames after which the rows are asked for anew. */
  names?: string[];
  /** Where the rows are in the answer, when it is more than them. */
  pick?: (answer: unknown) => R[];
  /** The list goes on after its last row, by its id. */
  isPaged?: true;
}

const PAGE = 100;

/** A list of the API with all that can be done to it. */
export function Listing<R>(props: Props<R>) {
  const { title, about, path, id, columns, empty, add, edit, deeds = [], more, pick } = props;
  const load = async (): Promise<R[]> => (pick ? pick(await read(path)) : read<R[]>(path));
  const found = useLoad(path, load, props.everyMs, props.names);
  const [older, setOlder] = useState<R[]>([]);
  const all = [...(found.data ?? []), ...older];
  const last = all.at(-1);
  const goOn = async (): Promise<void> => setOlder([...older, ...(await read<R[]>(`${path}?cursor=${id(last as R)}`))]);
  const [asked, setAsked] = useState<{ form: Form<R>; row: R | null } | null>(null);
  const [kept, setKept] = useState<string | null>(null);
  const again = found.reload;
  const named = typeof columns === "function" ? columns(again) : columns;
  const submit = async (given: FormData): Promise<void> => {
    const answer = await asked?.form.work(given, asked.row);
    setKept(typeof answer === "string" ? answer : null);
    await again();
  };
  const buttons = (row: R): ComponentChildren => (
    <span class="row">
      {edit && may(edit.scope) && (edit.fits?.(row) ?? true) && (
        <button type="button" class="button" aria-label={edit.title(row)} onClick={() => setAsked({ form: edit, row })}>
          {edit.verb}
        </button>
      )}
      {deeds
        .filter((deed) => may(deed.scope) && (deed.fits?.(row) ?? true))
        .map(({ verb, what, warning, work }) =>
          warning ? (
            <Careful key={verb} verb={verb} what={what(row)} work={() => work(row).then(again)}>
              {warning}
            </Careful>
          ) : (
            <button
              key={verb}
              type="button"
              class="button"
              aria-label={`${verb} ${what(row)}`}
              onClick={() => void attempt(() => work(row)).then(again)}
            >
              {verb}
            </button>
          ),
        )}
    </span>
  );
  const withButtons = edit || deeds.length > 0 ? [{ name: "Actions", cell: buttons, isActions: true as const }] : [];
  return (
    <Section
      title={title}
      about={about}
      actions={
        <>
          {found.data && more?.(found.data, again)}
          {add && may(add.scope) && (
            <button type="button" class="button primary" onClick={() => setAsked({ form: add, row: null })}>
              {add.verb}
            </button>
          )}
        </>
      }
    >
      {kept && (
        <div class="note" role="status">
          Copy it now, it is shown only once: <code class="secret">{kept}</code>
        </div>
      )}
      <Show from={found} what={title.toLowerCase()}>
        {() => <Table caption={title} rows={all} columns={[...named, ...withButtons]} id={id} empty={empty} />}
      </Show>
      {props.isPaged && last && all.length % PAGE === 0 && (
        <button type="button" class="button" onClick={() => void attempt(goOn)}>
          Show older ones
        </button>
      )}
      {asked && (
        <Ask title={asked.form.title(asked.row)} verb={asked.form.verb} work={submit} close={() => setAsked(null)}>
          {asked.form.fields(asked.row)}
        </Ask>
      )}
    </Section>
  );
}
