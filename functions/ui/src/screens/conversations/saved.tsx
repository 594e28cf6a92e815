import { call } from "../../api/call.ts";
import { apiQuery } from "../../model/filters.ts";
import type { Filters } from "../../model/filters.ts";
import { fromQuery } from "../../model/saved.ts";
import { conversationsUrl } from "../../model/route.ts";
import { Icon } from "../../parts/icon.tsx";
import { attempt, useLoad } from "../../state/load.ts";
import { session } from "../../state/token.ts";

interface Saved {
  id: number;
  name: string;
  query: Record<string, string>;
  shared: boolean;
  username?: string;
}

const PATH = "/conversationFilters";

const list = async (): Promise<Saved[]> => (await call<Saved[]>(PATH)).data;

const Line = ({ one, remove }: { one: Saved; remove: () => void }) => (
  <li class="row">
    <a class="grow ell" href={conversationsUrl(fromQuery(one.query))}>
      <bdi>{one.name}</bdi>
    </a>
    {one.shared && <span class="small muted">shared</span>}
    {one.username === session.value?.username && (
      <button type="button" class="bare" aria-label={`Delete the filter ${one.name}`} onClick={remove}>
        <Icon name="trash" />
      </button>
    )}
  </li>
);

const Keep = ({ save }: { save: (given: FormData) => Promise<boolean> }) => {
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    if (await save(new FormData(form))) form.reset();
  };
  return (
    <form class="row" onSubmit={submit}>
      <input
        class="grow"
        name="name"
        aria-label="Name for these filters"
        placeholder="Name for these filters"
        maxLength={255}
        required
      />
      <label class="row small">
        <input type="checkbox" name="shared" />
        for all
      </label>
      <button type="submit" class="button">
        Save
      </button>
    </form>
  );
};

/** Filters that were kept under a name; those of others are there when they share them. */
export function SavedFilters({ filters }: { filters: Filters }) {
  const saved = useLoad("filters", list);
  const { sort_by_latest_event_time: _, ...query } = apiQuery(filters);
  const act = (work: () => Promise<unknown>, done: string): Promise<boolean> =>
    attempt(() => work().then(saved.reload), done);
  const save = (given: FormData): Promise<boolean> => {
    const name = String(given.get("name")).trim();
    const body = { name, query, shared: given.has("shared") };
    return act(() => call(PATH, { method: "POST", body }), `Filter ${name} saved`);
  };
  const remove = ({ id, name }: Saved): Promise<boolean> =>
    act(() => call(`${PATH}/${id}`, { method: "DELETE" }), `Filter ${name} deleted`);
  return (
    <fieldset>
      <legend>Saved filters</legend>
      <ul>
        {saved.data?.map((one) => (
          <Line key={one.id} one={one} remove={() => void remove(one)} />
        ))}
      </ul>
      {Object.keys(filters).length > 0 && <Keep save={save} />}
    </fieldset>
  );
}
