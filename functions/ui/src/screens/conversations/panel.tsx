import { useEffect, useRef } from "../../view/hooks.ts";
import { call } from "../../api/call.ts";
import { FIELDS, names, withFilter, without } from "../../model/filters.ts";
import type { FilterName, Filters } from "../../model/filters.ts";
import { Field } from "../../parts/field.tsx";
import { signal } from "../../state/signal.ts";
import { loadTags, tagName, tags } from "../../state/tags.ts";
import { may } from "../../state/token.ts";
import { SavedFilters } from "./saved.tsx";

interface Props {
  filters: Filters;
  /** Goes on from the filters by now: the field that one leaves and the box that one ticks may change at once. */
  change: (step: (now: Filters) => Filters) => void;
}

/** Two that belong together, under one name. */
const PAIRS: [title: string, first: FilterName, last: FilterName][] = [
  ["Lowest intent confidence", "above", "below"],
  ["Lowest action confidence", "action_above", "action_below"],
  ["Latest event", "from", "until"],
];

const LABELS: Partial<Record<FilterName, string>> = {
  above: "at least",
  below: "at most",
  action_above: "at least",
  action_below: "at most",
  from: "from",
  until: "until",
  intent: "Intent",
  entity: "Entity",
  action: "Action",
  policy: "Policy",
  channel: "Channel",
  model: "Model",
  tag: "Tag",
  slot: "Slot has value",
  messages: "Messages, at least",
  env: "Environment",
  flagged: "With a flagged message",
  novel: "Not predicted by stories alone",
  real: "Without interactive learning",
  others: "Without my own",
};

const SINGLE = ["intent", "entity", "action", "policy", "channel", "model", "tag", "slot", "messages", "env"] as const;
const YES = ["flagged", "novel", "real", "others"] as const;

const SOURCES: Partial<Record<FilterName, string>> = {
  channel: "/conversations/inputChannels",
  intent: "/conversationIntents",
  entity: "/conversationEntities",
  action: "/conversationActions",
  policy: "/conversationPolicies",
  model: "/conversations/models",
  slot: "/conversations/slotNames",
};

/** A model that is gone goes by Rasa's id of it. */
type Offer = string | { name: string | null; model_id: string };

const nameOf = (one: Offer): string => (typeof one === "string" ? one : (one.name ?? one.model_id));

/** What the menus offer, asked when the panel opens. */
const offers = signal<Partial<Record<FilterName, string[]>>>({});

async function ask(): Promise<void> {
  const found = Object.entries(SOURCES).map(async ([kind, path]) => [
    kind,
    ((await call<Offer[]>(path).catch(() => null))?.data ?? []).map(nameOf),
  ]);
  offers.value = Object.fromEntries(await Promise.all(found));
  await loadTags().catch(() => undefined);
}

const TYPES: Record<string, string> = { day: "date", words: "text" };

interface FieldProps {
  name: FilterName;
  value: string;
  set: (next: (was: string) => string) => void;
}

/** A number, a day or a word, set when one leaves it. */
const Value = ({ name, value, set }: FieldProps) => {
  const { kind } = FIELDS[name];
  return (
    <label class="field">
      {LABELS[name]}
      <Field
        type={(TYPES[kind] ?? "number") as "number"}
        {...(kind === "share" ? { min: 0, max: 1, step: 0.05 } : { min: 1 })}
        value={value}
        tell={(words) => set(() => words)}
      />
    </label>
  );
};

/** Any of several names: each choice adds one; what is chosen stands above the list, where it is taken away. */
function Many({ name, value, set }: FieldProps) {
  const part = useRef<HTMLInputElement>(null);
  const menu = useRef<HTMLSelectElement>(null);
  const isSlot = name === "slot";
  const chosen = names(value);
  const shown = (one: string): string => (name === "tag" ? tagName(one) : one);
  const known = name === "tag" ? tags.value.map((tag) => String(tag.id)) : (offers.value[name] ?? []);
  const add = (): void => {
    const words = part.current?.value.trim().replaceAll(",", " ");
    if (!menu.current?.value || (isSlot && !words)) return;
    const one = menu.current.value + (words ? `:${words}` : "");
    set((was) => [...names(was), one].join(","));
    menu.current.value = "";
    if (part.current) part.current.value = "";
  };
  return (
    <div class="field">
      <label for={`f-${name}`}>{LABELS[name]}</label>
      <select id={`f-${name}`} ref={menu} value="" onChange={add}>
        <option value="">{chosen.length > 0 ? `${chosen.map(shown).join(", ")}, or …` : "any"}</option>
        {known
          .filter((one) => !chosen.includes(one))
          .map((one) => (
            <option key={one} value={one}>
              {shown(one)}
            </option>
          ))}
      </select>
      {isSlot && <input ref={part} aria-label="Part of the slot's value" placeholder="value" onChange={add} />}
    </div>
  );
}

const Check = ({ label, isOn, set }: { label: string | undefined; isOn: boolean; set: (isOn: boolean) => void }) => (
  <label class="row check">
    <input type="checkbox" checked={isOn} onChange={(event) => set(event.currentTarget.checked)} />
    {label}
  </label>
);

/** Every filter that needs more than a click. Each works at once. */
export function FilterPanel({ filters, change }: Props) {
  useEffect(() => void ask(), []);
  const field = (name: FilterName) => {
    const Kind = FIELDS[name].kind === "names" ? Many : Value;
    const set: FieldProps["set"] = (next) => change((now) => withFilter(now, name, next(now[name] ?? "")));
    return <Kind key={name} name={name} value={filters[name] ?? ""} set={set} />;
  };
  return (
    <>
      {may("conversationFilters:list") && <SavedFilters filters={filters} />}
      {PAIRS.map(([title, ...pair]) => (
        <fieldset key={title}>
          <legend>{title}</legend>
          <div class="pair">{pair.map(field)}</div>
        </fieldset>
      ))}
      <div class="pair">{SINGLE.map(field)}</div>
      <div>
        {YES.map((name) => (
          <Check
            key={name}
            label={LABELS[name]}
            isOn={filters[name] === "1"}
            set={(isOn) => change((now) => withFilter(now, name, isOn ? "1" : ""))}
          />
        ))}
        <Check
          label="Least sure action first"
          isOn={filters.sort === "confidence"}
          set={(isOn) => change((now) => (isOn ? { ...now, sort: "confidence" } : without(now, "sort")))}
        />
      </div>
      <button type="button" class="button" onClick={() => change(() => ({}))}>
        Clear all filters
      </button>
    </>
  );
}
