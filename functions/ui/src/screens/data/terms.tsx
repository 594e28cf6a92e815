import type { ComponentChildren } from "preact";
import { useState } from "../../view/hooks.ts";
import { act } from "../../api/manage.ts";
import { addLookup, elements, saveRegex, saveSynonym } from "../../api/terms.ts";
import type { Lookup, Regex, Synonym } from "../../api/terms.ts";
import { Field } from "../../parts/dialog.tsx";
import type { Column } from "../../parts/table.tsx";
import { Listing } from "../settings/listing.tsx";

interface TermsProps<T> {
  /** The name in the API's paths. */
  kind: string;
  scope: string;
  one: string;
  title: string;
  about: string;
  name: (term: T) => string;
  columns: Column<T>[];
  canEdit?: boolean;
  save: (known: T | null, given: FormData) => Promise<unknown>;
  fields: (known: T | null) => ComponentChildren;
}

/** A table of terms, each of which can be added, changed and deleted. */
function Terms<T extends { id: number }>({ kind, scope, one, title, about, name, canEdit, ...more }: TermsProps<T>) {
  const path = `/projects/default/${kind}`;
  const form = {
    scope: `${scope}:create`,
    title: (term: T | null) => (term ? `Edit ${name(term)}` : `Add a ${one}`),
    fields: more.fields,
    work: (given: FormData, term: T | null) => more.save(term, given).then(() => undefined),
  };
  return (
    <Listing<T>
      title={title}
      about={about}
      path={path}
      id={(term) => String(term.id)}
      empty="There are none yet."
      columns={more.columns}
      add={{ verb: "Add", ...form }}
      {...(canEdit && { edit: { verb: "Edit", ...form, scope: `${scope}:update` } })}
      deeds={[
        {
          verb: "Delete",
          scope: `${scope}:delete`,
          what: name,
          warning: "Models that know it keep it.",
          work: (term) => act("DELETE", `${path}/${term.id}`),
        },
      ]}
    />
  );
}

const text = (given: FormData, name: string): string => String(given.get(name) ?? "");

const values = (one: Synonym): string[] => one.mapped_values.map(({ value }) => value);

export const Synonyms = () => (
  <Terms<Synonym>
    kind="synonyms"
    scope="synonyms"
    one="synonym"
    title="Synonyms"
    about="Different words for one value."
    name={(term) => term.synonym_reference}
    canEdit
    columns={[
      { name: "Value", cell: (term) => <bdi>{term.synonym_reference}</bdi> },
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

export const Regexes = () => (
  <Terms<Regex>
    kind="regexes"
    scope="regexes"
    one="regex"
    title="Regexes"
    about="Patterns that help to understand."
    name={(term) => `${term.name} ${term.pattern}`}
    canEdit
    columns={[
      { name: "Name", cell: (term) => <bdi>{term.name}</bdi> },
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

export const Lookups = () => (
  <Terms<Lookup>
    kind="lookupTables"
    scope="lookups"
    one="lookup table"
    title="Lookup tables"
    about="All words that an entity may be."
    name={(term) => term.name}
    columns={[
      { name: "Entity", cell: (term) => <bdi>{term.name}</bdi> },
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
