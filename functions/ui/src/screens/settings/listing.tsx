import type { ComponentChildren } from "preact";
import { useState } from "../../view/hooks.ts";
import { read } from "../../api/manage.ts";
import { Ask, Careful, Plain } from "../../parts/dialog.tsx";
import { Section, Show } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import type { Column } from "../../parts/table.tsx";
import { attempt, useLoad } from "../../state/load.ts";
import { may } from "../../state/token.ts";

type Again = () => Promise<void>;

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
  columns: Column<R>[] | ((again: Again) => Column<R>[]);
  empty: ComponentChildren;
  add?: Form<R>;
  edit?: Form<R> | undefined;
  deeds?: Deed<R>[] | undefined;
  /** Something for all rows at once. */
  more?: (rows: R[], again: Again) => ComponentChildren;
  everyMs?: number;
  /** The frames after which the rows are asked for anew. */
  names?: string[];
  /** Where the rows are in the answer, when it is more than them. */
  pick?: (answer: unknown) => R[];
  /** The list goes on after its last row, by its id. */
  isPaged?: true;
}

const PAGE = 100;

/** The rows, also those that were asked for beyond the first page; `goOn` where there may be more. */
function useRows<R>({ path, pick, everyMs, names, id, isPaged }: Props<R>) {
  const load = async (): Promise<R[]> => (pick ? pick(await read(path)) : read<R[]>(path));
  const found = useLoad(path, load, everyMs, names);
  const [older, setOlder] = useState<R[]>([]);
  const rows = [...(found.data ?? []), ...older];
  const last = rows.at(-1);
  const goOn =
    isPaged && last && rows.length % PAGE === 0
      ? async () => setOlder([...older, ...(await read<R[]>(`${path}?cursor=${id(last)}`))])
      : null;
  return { found, rows, goOn };
}

interface ButtonsProps<R> extends Pick<Props<R>, "edit" | "deeds"> {
  row: R;
  ask: (form: Form<R>) => void;
  again: Again;
}

/** What can be done to a row. */
function Buttons<R>({ row, edit, deeds = [], ask, again }: ButtonsProps<R>) {
  const isOffered = ({ scope, fits }: { scope: string; fits?: (row: R) => boolean }): boolean =>
    may(scope) && (fits?.(row) ?? true);
  return (
    <span class="row">
      {edit && isOffered(edit) && (
        <button type="button" class="button" aria-label={edit.title(row)} onClick={() => ask(edit)}>
          {edit.verb}
        </button>
      )}
      {deeds.filter(isOffered).map(({ verb, what, warning, work }) =>
        warning ? (
          <Careful key={verb} verb={verb} what={what(row)} work={() => work(row).then(again)}>
            {warning}
          </Careful>
        ) : (
          <Plain key={verb} verb={verb} what={what(row)} work={() => void attempt(() => work(row)).then(again)} />
        ),
      )}
    </span>
  );
}

const Secret = ({ kept }: { kept: string }) => (
  <div class="note" role="status">
    Copy it now, it is shown only once: <code class="secret">{kept}</code>
  </div>
);

interface Asked<R> {
  form: Form<R>;
  row: R | null;
}

/** A list of the API with all that can be done to it. */
export function Listing<R>(props: Props<R>) {
  const { title, columns, add, edit, deeds } = props;
  const { found, rows, goOn } = useRows(props);
  const [asked, setAsked] = useState<Asked<R> | null>(null);
  const [kept, setKept] = useState<unknown>(null);
  const again = found.reload;
  const submit = async (given: FormData): Promise<void> => {
    setKept(await asked?.form.work(given, asked.row));
    await again();
  };
  const cell = (row: R): ComponentChildren => (
    <Buttons row={row} edit={edit} deeds={deeds} again={again} ask={(form) => setAsked({ form, row })} />
  );
  const all = [
    ...(typeof columns === "function" ? columns(again) : columns),
    ...(edit || deeds ? [{ name: "Actions", cell, isActions: true as const }] : []),
  ];
  const actions = (
    <>
      {found.data && props.more?.(found.data, again)}
      {add && may(add.scope) && (
        <button type="button" class="button primary" onClick={() => setAsked({ form: add, row: null })}>
          {add.verb}
        </button>
      )}
    </>
  );
  return (
    <Section title={title} about={props.about} actions={actions}>
      {typeof kept === "string" && <Secret kept={kept} />}
      <Show from={found} what={title.toLowerCase()}>
        {() => <Table caption={title} rows={rows} columns={all} id={props.id} empty={props.empty} />}
      </Show>
      {goOn && <Plain verb="Show older ones" work={() => void attempt(goOn)} />}
      {asked && <Asking {...asked} submit={submit} close={() => setAsked(null)} />}
    </Section>
  );
}

function Asking<R>({
  form,
  row,
  submit,
  close,
}: Asked<R> & { submit: (given: FormData) => Promise<void>; close: () => void }) {
  return (
    <Ask title={form.title(row)} verb={form.verb} work={submit} close={close}>
      {form.fields(row)}
    </Ask>
  );
}
