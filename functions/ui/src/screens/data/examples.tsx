import { useEffect, useState } from "../../view/hooks.ts";
import { removeExample } from "../../api/annotate.ts";
import { read } from "../../api/manage.ts";
import type { Example } from "../../api/annotate.ts";
import { download } from "../../api/files.ts";
import { examplesOf } from "../../api/inbox.ts";
import { conflicts, remarks } from "../../model/remarks.ts";
import type { Confused } from "../../model/remarks.ts";
import { roomUrl } from "../../model/route.ts";
import { segments } from "../../model/spans.ts";
import { ActionButton } from "../../parts/action.tsx";
import { Careful } from "../../parts/dialog.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Page, Section, Show } from "../../parts/page.tsx";
import { Search } from "../../parts/search.tsx";
import type { Tab } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { useKey } from "../../state/keys.ts";
import { attempt, useLoad } from "../../state/load.ts";
import { go } from "../../state/location.ts";
import { may } from "../../state/token.ts";
import { loadVocabulary } from "../../state/vocabulary.ts";
import { ExampleEditor } from "./example.tsx";

const PAGE = 100;

const Marked = ({ one }: { one: Example }) => (
  <span dir="auto">
    {segments(one.text, one.entities).map((part, i) =>
      part.entities[0] ? (
        <mark key={i} title={part.entities[0].entity}>
          {part.text}
        </mark>
      ) : (
        part.text
      ),
    )}
  </span>
);

interface ListProps {
  caption: string;
  examples: readonly Example[];
  edit: (one: Example) => void;
  reload: () => Promise<void>;
}

const List = ({ caption, examples, edit, reload }: ListProps) => (
  <Table
    caption={caption}
    rows={examples}
    id={(one) => one.id}
    empty="No example has these words."
    columns={[
      { name: "Text", cell: (one) => <Marked one={one} /> },
      {
        name: "Intent",
        cell: (one) => <a href={roomUrl("data", [], `?intent=${encodeURIComponent(one.intent)}`)}>{one.intent}</a>,
      },
      { name: "Entities", cell: (one) => one.entities.map((entity) => entity.entity).join(", ") },
      {
        name: "Change",
        isActions: true,
        cell: (one) =>
          may("examples:update") && (
            <span class="row">
              <button type="button" class="bare" aria-label={`Edit ${one.text}`} onClick={() => edit(one)}>
                <Icon name="edit" />
              </button>
              <Careful verb="Delete" what={`“${one.text}”`} work={() => removeExample(one.id).then(reload)}>
                The model forgets it with the next training.
              </Careful>
            </span>
          ),
      },
    ]}
  />
);

const count = (examples: readonly Example[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { intent } of examples) counts.set(intent, (counts.get(intent) ?? 0) + 1);
  return counts;
};

interface Evaluation {
  model: string;
  intent_evaluation?: { report?: Confused };
  cross_validation?: Evaluation;
}

const EVALUATIONS = "/projects/default/evaluations";

/** What the newest evaluation confused, on unseen data where it had some. */
async function confused(): Promise<Confused> {
  if (!may("models.evaluations:get")) return {};
  const [newest] = await read<Evaluation[]>(`${EVALUATIONS}?limit=1`);
  if (!newest) return {};
  const found = await read<Evaluation>(`${EVALUATIONS}/${encodeURIComponent(newest.model)}`);
  return (found.cross_validation ?? found).intent_evaluation?.report ?? {};
}

/** What would make the data better: contradictions first, then what there is too little or too much of. */
const Advice = ({ caption: _, examples, ...acts }: ListProps) => {
  const clashes = conflicts(examples);
  const found = remarks(count(examples), useLoad("confused", confused).data);
  return (
    <>
      {clashes.length > 0 && (
        <Section title="Conflicts" about="One text under two intents: no model can learn both.">
          <List caption="Conflicts" examples={clashes} {...acts} />
        </Section>
      )}
      {found.length > 0 && (
        <Section title="Suggestions">
          <ul class="advice">
            {found.map((one) => (
              <li key={one.intent + one.says}>
                <a href={roomUrl("data", [], `?intent=${encodeURIComponent(one.intent)}`)}>{one.intent}</a>
                <span class="muted"> {one.says}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
};

interface FilterProps {
  q: string;
  intent: string;
  counts: ReadonlyMap<string, number>;
}

const url = (q: string, intent: string): string => {
  const query = new URLSearchParams({ ...(q && { q }), ...(intent && { intent }) });
  return roomUrl("data", [], query.size > 0 ? `?${query}` : "");
};

const Filter = ({ q, intent, counts }: FilterProps) => {
  useKey("leave", () => (document.activeElement as HTMLElement | null)?.blur());
  return (
    <div class="row">
      <Search
        label="Search examples"
        id="data.search"
        value={q}
        find={(words) => go(url(words, intent), { replace: true })}
      />
      <select
        class="narrow"
        aria-label="Intent"
        value={intent}
        onChange={(event) => go(url(q, event.currentTarget.value))}
      >
        <option value="">all intents</option>
        {[...counts.keys()].sort().map((one) => (
          <option key={one} value={one}>
            {one} ({counts.get(one)})
          </option>
        ))}
      </select>
    </div>
  );
};

const has = (one: Example, words: string): boolean => one.text.toLowerCase().includes(words);

interface AllProps extends Omit<ListProps, "caption"> {
  search: string;
}

function All({ examples, search, ...acts }: AllProps) {
  const given = new URLSearchParams(search);
  const [q, intent] = [given.get("q") ?? "", given.get("intent") ?? ""];
  const [shown, setShown] = useState(PAGE);
  const found = examples.filter((one) => (!intent || one.intent === intent) && has(one, q.toLowerCase()));
  useEffect(() => setShown(PAGE), [search]);
  return (
    <Section title={`${found.length} of ${examples.length} examples`}>
      <Filter q={q} intent={intent} counts={count(examples)} />
      <List caption="Examples" examples={found.slice(0, shown)} {...acts} />
      {found.length > shown && (
        <button type="button" class="button" onClick={() => setShown(shown + PAGE)}>
          Show more
        </button>
      )}
    </Section>
  );
}

const save = (): void => void attempt(() => download("/projects/default/training_data", "application/yaml", "nlu.yml"));

interface Props {
  tabs: Tab[];
  here: string;
  search: string;
}

/** All examples: searched, changed, and judged. */
export function Examples({ search, ...page }: Props) {
  const loaded = useLoad("examples", () => examplesOf([]));
  const [edited, edit] = useState<Example | "new" | null>(null);
  useEffect(() => void loadVocabulary().catch(() => undefined), []);
  const actions = (
    <>
      <button type="button" class="button" onClick={save}>
        <Icon name="download" /> Download
      </button>
      {may("examples:create") && (
        <ActionButton id="data.add" icon="plus" primary work={() => edit("new")}>
          Add
        </ActionButton>
      )}
    </>
  );
  return (
    <Page title="Training data" {...page} actions={actions}>
      <Show from={loaded} what="examples">
        {(examples) => (
          <>
            <Advice caption="" examples={examples} edit={edit} reload={loaded.reload} />
            <All examples={examples} edit={edit} reload={loaded.reload} search={search} />
          </>
        )}
      </Show>
      {edited && (
        <ExampleEditor known={edited === "new" ? null : edited} close={() => edit(null)} done={loaded.reload} />
      )}
    </Page>
  );
}
