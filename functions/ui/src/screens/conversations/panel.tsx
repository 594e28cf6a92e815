import { signal } from "../../state/signal.ts";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { call } from "../../api/call.ts";
import { FIELDS, names, withFilter } from "../../model/filters.ts";
import type { FilterName, Filters } from "../../model/filters.ts";
import { Icon } from "../../parts/icon.tsx";
import { may } from "../../state/token.ts";
import { SavedFilters } from "./saved.tsx";
import { loadTags, tagName, tags } from "../../state/tags.ts";

interface Props {
  filters: Filters;
  apply: (filters: Filters) => void;
}

type Menu = "channel" | "intent" | "entity" | "action" | "policy" | "slot";

const SOURCES: Record<Menu, string> = {
  channel: "/conversations/inputChannels",
  intent: "/conversationIntents",
  entity: "/conversationEntities",
  action: "/conversationActions",
  policy: "/conversationPolicies",
  slot: "/conversations/slotNames",
};

/** What the menus offer, asked when the panel opens. */
const offers = signal<Partial<Record<Menu, string[]>>>({});

async function ask(): Promise<void> {
  const kinds = Object.keys(SOURCES) as Menu[];
  const found = await Promise.all(kinds.map((kind) => call<string[]>(SOURCES[kind]).catch(() => ({ data: [] }))));
  offers.value = Object.fromEntries(kinds.map((kind, i) => [kind, found[i]?.data ?? []]));
  await loadTags().catch(() => undefined);
}

const Group = ({ title, children }: { title: string; children: ComponentChildren }) => (
  <fieldset>
    <legend>{title}</legend>
    {children}
  </fieldset>
);

interface FieldProps extends Props {
  name: FilterName;
  label: string;
}

/** A number or a day, set when one leaves it. */
const Value = ({ name, label, filters, apply }: FieldProps) => {
  const kind = FIELDS[name].kind;
  const limits = kind === "share" ? { min: 0, max: 1, step: 0.05 } : { min: 1 };
  return (
    <label class="field">
      {label}
      <input
        type={(kind === "day" ? "date" : kind === "words" ? "text" : "number") as "number"}
        {...limits}
        value={filters[name] ?? ""}
        onChange={(event) => apply(withFilter(filters, name, event.currentTarget.value))}
      />
    </label>
  );
};

const Yes = ({ name, label, filters, apply }: FieldProps) => (
  <label class="row check">
    <input
      type="checkbox"
      checked={filters[name] === "1"}
      onChange={(event) => apply(withFilter(filters, name, event.currentTarget.checked ? "1" : ""))}
    />
    {label}
  </label>
);

interface ManyProps extends FieldProps {
  known: readonly { value: string; label: string }[];
}

const Chosen = ({ name, filters, apply }: FieldProps) => (
  <>
    {names(filters[name]).map((one) => (
      <button
        key={one}
        type="button"
        class="chip on"
        aria-label={`Without ${name === "tag" ? tagName(one) : one}`}
        onClick={() =>
          apply(
            withFilter(
              filters,
              name,
              names(filters[name])
                .filter((other) => other !== one)
                .join(","),
            ),
          )
        }
      >
        <bdi>{name === "tag" ? tagName(one) : one}</bdi>
        <Icon name="close" />
      </button>
    ))}
  </>
);

/** Any of several names: each choice adds one. */
const Many = ({ known, ...props }: ManyProps) => {
  const { name, label, filters, apply } = props;
  const chosen = names(filters[name]);
  return (
    <div class="field">
      <label for={`f-${name}`}>{label}</label>
      <select
        id={`f-${name}`}
        value=""
        onChange={(event) => apply(withFilter(filters, name, [...chosen, event.currentTarget.value].join(",")))}
      >
        <option value="">{chosen.length > 0 ? "any of these, or …" : "any"}</option>
        {known
          .filter((one) => !chosen.includes(one.value))
          .map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
      </select>
      <Chosen {...props} />
    </div>
  );
};

const plain = (kind: Menu): { value: string; label: string }[] =>
  (offers.value[kind] ?? []).map((value) => ({ value, label: value }));

/** A slot with a part of its value. */
function Slot(props: Props) {
  const name = useRef<HTMLSelectElement>(null);
  const part = useRef<HTMLInputElement>(null);
  const add = (): void => {
    if (!name.current?.value || !part.current?.value.trim()) return;
    const one = `${name.current.value}:${part.current.value.trim().replaceAll(",", " ")}`;
    props.apply(withFilter(props.filters, "slot", [...names(props.filters.slot), one].join(",")));
    part.current.value = "";
  };
  return (
    <div class="field">
      <label for="f-slot">Slot has value</label>
      <div class="row">
        <select id="f-slot" ref={name}>
          {plain("slot").map((one) => (
            <option key={one.value}>{one.label}</option>
          ))}
        </select>
        <input ref={part} aria-label="Part of the slot's value" placeholder="value" onChange={add} />
      </div>
      <Chosen {...props} name="slot" label="Slot" />
    </div>
  );
}

const Order = ({ filters, apply }: Props) => (
  <label class="row check">
    <input
      type="checkbox"
      checked={filters.sort === "confidence"}
      onChange={(event) => {
        const { sort: _, ...rest } = filters;
        apply(event.currentTarget.checked ? { ...rest, sort: "confidence" } : rest);
      }}
    />
    Least sure action first
  </label>
);

/** Every filter that needs more than a click. Each works at once. */
export function FilterPanel(props: Props) {
  useEffect(() => void ask(), []);
  const tagged = tags.value.map((tag) => ({ value: String(tag.id), label: tag.value }));
  return (
    <>
      {may("conversationFilters:list") && <SavedFilters filters={props.filters} />}
      <Group title="Lowest intent confidence">
        <div class="pair">
          <Value {...props} name="above" label="at least" />
          <Value {...props} name="below" label="at most" />
        </div>
      </Group>
      <Group title="Lowest action confidence">
        <div class="pair">
          <Value {...props} name="action_above" label="at least" />
          <Value {...props} name="action_below" label="at most" />
        </div>
      </Group>
      <Group title="Latest event">
        <div class="pair">
          <Value {...props} name="from" label="from" />
          <Value {...props} name="until" label="until" />
        </div>
      </Group>
      <div class="pair">
        <Many {...props} name="intent" label="Intent" known={plain("intent")} />
        <Many {...props} name="entity" label="Entity" known={plain("entity")} />
        <Many {...props} name="action" label="Action" known={plain("action")} />
        <Many {...props} name="policy" label="Policy" known={plain("policy")} />
        <Many {...props} name="channel" label="Channel" known={plain("channel")} />
        <Many {...props} name="tag" label="Tag" known={tagged} />
        <Slot {...props} />
        <Value {...props} name="messages" label="Messages, at least" />
        <Value {...props} name="env" label="Environment" />
      </div>
      <div>
        <Yes {...props} name="flagged" label="With a flagged message" />
        <Yes {...props} name="novel" label="Not predicted by stories alone" />
        <Yes {...props} name="real" label="Without interactive learning" />
        <Yes {...props} name="others" label="Without my own" />
        <Order {...props} />
      </div>
      <button type="button" class="button" onClick={() => props.apply({})}>
        Clear all filters
      </button>
    </>
  );
}
