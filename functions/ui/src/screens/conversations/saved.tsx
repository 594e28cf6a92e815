import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { FIELDS, apiQuery } from "../../model/filters.ts";
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

/** Filters that were kept under a name; those of others are there when they share them. */
export function SavedFilters({ filters }: { filters: Filters }) {
  const saved = useLoad("filters", list);
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const { sort_by_latest_event_time: _, ...query } = apiQuery(filters);
  const isWorth = Object.keys(FIELDS).some((one) => one in filters) || filters.sort !== undefined;
  const save = async (): Promise<void> => {
    const body = { name: name.trim(), query, shared };
    if (await attempt(() => call(PATH, { method: "POST", body }), `Filter ${body.name} saved`)) setName("");
    await saved.reload();
  };
  const remove = async (one: Saved): Promise<void> => {
    await attempt(() => call(`${PATH}/${one.id}`, { method: "DELETE" }), `Filter ${one.name} deleted`);
    await saved.reload();
  };
  return (
    <fieldset>
      <legend>Saved filters</legend>
      <ul>
        {(saved.data ?? []).map((one) => (
          <Line key={one.id} one={one} remove={() => void remove(one)} />
        ))}
      </ul>
      {isWorth && (
        <form class="row" onSubmit={(event) => (event.preventDefault(), void save())}>
          <input
            class="grow"
            aria-label="Name for these filters"
            placeholder="Name for these filters"
            maxLength={255}
            required
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <label class="row small">
            <input type="checkbox" checked={shared} onChange={(event) => setShared(event.currentTarget.checked)} />
            for all
          </label>
          <button type="submit" class="button">
            Save
          </button>
        </form>
      )}
    </fieldset>
  );
}
