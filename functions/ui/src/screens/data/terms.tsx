import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { addLookup, elements, lookups, regexes, remove, saveRegex, saveSynonym, synonyms } from "../../api/terms.ts";
import type { Lookup, Regex, Synonym } from "../../api/terms.ts";
import { ActionButton } from "../../parts/action.tsx";
import { Ask, Careful, Field } from "../../parts/dialog.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Page, Section, Show } from "../../parts/page.tsx";
import type { Tab } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import type { Column } from "../../parts/table.tsx";
import { useLoad } from "../../state/load.ts";
import { may } from "../../state/token.ts";

interface Shared {
  tabs: Tab[];
  here: string;
}

type Kind = "synonyms" | "regexes" | "lookupTables";

interface TermsProps<T> extends Shared {
  kind: Kind;
  /** One of them, as a button says it. */
  one: string;
  title: string;
  about: string;
  load: () => Promise<T[]>;
  name: (term: T) => string;
  columns: Column<T>[];
  canEdit: boolean;
  scope: string;
  save: (known: T | null, given: FormData) => Promise<unknown>;
  fields: (known: T | null) => ComponentChildren;
}

interface EditorProps<T> extends Pick<TermsProps<T>, "one" | "save" | "fields"> {
  known: T | null;
  reload: () => Promise<void>;
  close: () => void;
}

const Editor = <T,>({ known, one, save, fields, reload, close }: EditorProps<T>) => (
  <Ask
    title={known ? `Change the ${one}` : `Add a ${one}`}
    verb="Save"
    work={(given) => save(known, given).then(reload)}
    close={close}
  >
    {fields(known)}
  </Ask>
);

/** A page with a table of terms, each of which can be added, changed and deleted. */
function Terms<T extends { id: number }>(props: TermsProps<T>) {
  const { kind, one, name, scope } = props;
  const loaded = useLoad(kind, props.load);
  const [edited, edit] = useState<T | "new" | null>(null);
  const change: Column<T> = {
    name: "Change",
    isActions: true,
    cell: (term) => (
      <span class="row">
        {props.canEdit && (
          <button type="button" class="bare" aria-label={`Edit ${name(term)}`} onClick={() => edit(term)}>
            <Icon name="edit" />
          </button>
        )}
        <Careful verb="Delete" what={name(term)} work={() => remove(kind, term.id).then(loaded.reload)}>
          It goes from the training data; models that know it keep it.
        </Careful>
      </span>
    ),
  };
  const mayAdd = may(`${scope}:create`);
  const add = mayAdd && (
    <ActionButton id="data.add" icon="plus" primary work={() => edit("new")}>
      Add
    </ActionButton>
  );
  return (
    <Page title="Training data" tabs={props.tabs} here={props.here} actions={add}>
      <Section title={props.title} about={props.about}>
        <Show from={loaded} what={props.title.toLowerCase()}>
          {(rows) => (
            <Table
              caption={props.title}
              rows={rows}
              id={(term) => term.id}
              empty="There are none yet."
              columns={mayAdd ? [...props.columns, change] : props.columns}
            />
          )}
        </Show>
      </Section>
      {edited && (
        <Editor
          {...props}
          one={one}
          known={edited === "new" ? null : edited}
          reload={loaded.reload}
          close={() => edit(null)}
        />
      )}
    </Page>
  );
}

const text = (given: FormData, name: string): string => String(given.get(name) ?? "");

const values = (one: Synonym): string[] => one.mapped_values.map(({ value }) => value);

export const Synonyms = (shared: Shared) => (
  <Terms<Synonym>
    {...shared}
    kind="synonyms"
    one="synonym"
    title="Synonyms"
    about="Different words of users that mean one value to the bot."
    load={synonyms}
    name={(term) => term.synonym_reference}
    scope="synonyms"
    canEdit
    columns={[
      { name: "Value", cell: (term) => term.synonym_reference },
      { name: "What users say", cell: (term) => <bdi>{values(term).join(", ")}</bdi> },
    ]}
    save={(known, given) => saveSynonym(known, text(given, "name"), text(given, "values"))}
    fields={(known) => (
      <>
        <Field
          label="Value that the bot gets"
          name="name"
          required
          maxLength={255}
          defaultValue={known?.synonym_reference}
        />
        <Field label="What users say, one a line" name="values">
          <textarea name="values" rows={8} required dir="auto" defaultValue={known ? values(known).join("\n") : ""} />
        </Field>
      </>
    )}
  />
);

export const Regexes = (shared: Shared) => (
  <Terms<Regex>
    {...shared}
    kind="regexes"
    one="regex"
    title="Regexes"
    about="Patterns that help to find entities and intents."
    load={regexes}
    name={(term) => `${term.name} ${term.pattern}`}
    scope="regexes"
    canEdit
    columns={[
      { name: "Name", cell: (term) => term.name },
      { name: "Pattern", cell: (term) => <code>{term.pattern}</code> },
    ]}
    save={(known, given) => saveRegex(known, text(given, "name"), text(given, "pattern"))}
    fields={(known) => (
      <>
        <Field label="Name" name="name" required maxLength={255} defaultValue={known?.name} />
        <Field label="Pattern" name="pattern" required class="yaml" defaultValue={known?.pattern} />
      </>
    )}
  />
);

/** The words of a table, fetched when it is opened. */
function Elements({ table }: { table: Lookup }) {
  const [found, setFound] = useState<string | null>(null);
  const open = (event: Event): void =>
    void ((event.currentTarget as HTMLDetailsElement).open && elements(table.id).then(setFound, () => setFound("?")));
  return (
    <details onToggle={open}>
      <summary class="num">{table.number_of_elements} words</summary>
      {found !== null && <pre tabIndex={0}>{found}</pre>}
    </details>
  );
}

export const Lookups = (shared: Shared) => (
  <Terms<Lookup>
    {...shared}
    kind="lookupTables"
    one="lookup table"
    title="Lookup tables"
    about="All words that an entity may be, such as the names of cities."
    load={lookups}
    name={(term) => term.name}
    scope="lookups"
    canEdit={false}
    columns={[
      { name: "Entity", cell: (term) => term.name },
      { name: "Words", cell: (term) => <Elements table={term} /> },
    ]}
    save={(_, given) => addLookup(`${text(given, "name")}.txt`, text(given, "words"))}
    fields={() => (
      <>
        <Field label="Entity" name="name" required maxLength={200} />
        <Field label="Words, one a line" name="words">
          <textarea name="words" rows={10} required dir="auto" />
        </Field>
      </>
    )}
  />
);
