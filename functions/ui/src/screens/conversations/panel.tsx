import { signal } from "@preact/signals";
import { channels, intents } from "../../api/parlance.ts";
import { without } from "../../model/filters.ts";
import type { Filters } from "../../model/filters.ts";

type Apply = (filters: Filters) => void;

interface Props {
  filters: Filters;
  apply: Apply;
}

/** What the menus offer, asked when the panel opens. */
const offers = signal<{ channel: string[]; intent: string[] }>({ channel: [], intent: [] });

async function ask(): Promise<void> {
  const none = (): string[] => [];
  const [channel, intent] = await Promise.all([channels().catch(none), intents().catch(none)]);
  offers.value = { channel, intent };
}

function Confidence({ filters, apply }: Props) {
  const set = (below: number): void => apply(below < 1 ? { ...filters, below } : without(filters, "below"));
  return (
    <div class="field">
      <div class="row">
        <label class="grow" for="below">
          Lowest intent confidence
        </label>
        <output class="num" for="below">
          {filters.below === undefined ? "any" : `≤ ${filters.below.toFixed(2)}`}
        </output>
      </div>
      <input
        id="below"
        type="range"
        min="0.05"
        max="1"
        step="0.05"
        value={filters.below ?? 1}
        onChange={(event) => set(Number(event.currentTarget.value))}
      />
    </div>
  );
}

function Choice({ name, label, filters, apply }: Props & { name: "channel" | "intent"; label: string }) {
  const chosen = filters[name];
  const known = [...new Set([...offers.value[name], ...(chosen ? [chosen] : [])])].sort();
  const set = (value: string): void => apply(value ? { ...filters, [name]: value } : without(filters, name));
  return (
    <label class="field">
      {label}
      <select value={chosen ?? ""} onChange={(event) => set(event.currentTarget.value)}>
        <option value="">any</option>
        {known.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
}

const Order = ({ filters, apply }: Props) => (
  <label class="row check">
    <input
      type="checkbox"
      checked={filters.sort === "confidence"}
      onChange={(event) =>
        apply(event.currentTarget.checked ? { ...filters, sort: "confidence" } : without(filters, "sort"))
      }
    />
    Least sure action first
  </label>
);

/** The filters that need more than a click. Each works at once. */
export const FilterPanel = (props: Props) => (
  <div
    id="filters"
    popover="auto"
    class="menu filters"
    role="group"
    aria-label="Filter conversations"
    onToggle={(event) => event.newState === "open" && void ask()}
  >
    <Confidence {...props} />
    <Choice {...props} name="channel" label="Channel" />
    <Choice {...props} name="intent" label="Intent" />
    <Order {...props} />
    <button type="button" class="button" onClick={() => props.apply({})}>
      Clear all filters
    </button>
  </div>
);
