import { useEffect, useRef, useState } from "preact/hooks";
import { STATUS_LABELS, chips, withFilter } from "../../model/filters.ts";
import type { Filters } from "../../model/filters.ts";
import { conversationsUrl } from "../../model/route.ts";
import { Keys } from "../../parts/action.tsx";
import { Icon } from "../../parts/icon.tsx";
import { later } from "../../later.ts";
import { useKey } from "../../state/keys.ts";
import { go, route } from "../../state/location.ts";
import { picked } from "../../state/picked.ts";
import { isQuiet } from "../../state/settings.ts";
import { tagName } from "../../state/tags.ts";
import { may } from "../../state/token.ts";

const TYPING_MS = 250;

const FilterPanel = later("filters", (rest) => rest.FilterPanel);

const apply = (filters: Filters): void => go(conversationsUrl(filters), { replace: true });

/** The filters by now: another may have been set since the last key. */
const current = (): Filters => (route.value.name === "conversations" ? route.value.filters : {});

/** Search as one types, a moment after the last key. */
function Search({ filters }: { filters: Filters }) {
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef(0);
  useKey("search", () => input.current?.select());
  useEffect(() => {
    if (input.current && document.activeElement !== input.current) input.current.value = filters.q ?? "";
  }, [filters.q]);
  const search = (text: string): void => {
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => apply(withFilter(current(), "q", text)), TYPING_MS);
  };
  return (
    <div class="search grow">
      <input
        ref={input}
        type="search"
        placeholder="Search messages"
        aria-label="Search messages"
        defaultValue={filters.q}
        onInput={(event) => search(event.currentTarget.value)}
      />
      {!isQuiet.value && <Keys keys="/" />}
    </div>
  );
}

const SHORT = { ...STATUS_LABELS, saved_for_later: "Saved" };

const STATUSES = [undefined, "unread", "saved_for_later", "reviewed"] as const;

const StatusChip = ({ filters, status }: { filters: Filters; status: (typeof STATUSES)[number] }) => (
  <a
    class="chip"
    href={conversationsUrl(withFilter(filters, "status", status ?? ""))}
    aria-current={filters.status === status ? "true" : undefined}
  >
    {status ? SHORT[status] : "All"}
  </a>
);

const Narrowed = ({ filters }: { filters: Filters }) => (
  <>
    {chips(filters, tagName).map((chip) => (
      <button
        key={chip.label}
        type="button"
        class="chip on"
        onClick={() => apply(chip.rest)}
        aria-label={`Remove filter: ${chip.label}`}
      >
        <bdi>{chip.label}</bdi>
        <Icon name="close" />
      </button>
    ))}
  </>
);

/** The filters that need more than a click, fetched when they are first opened. */
function More({ filters }: { filters: Filters }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="button" popovertarget="filters" aria-haspopup="true">
        <Icon name="filter" />
        Filter
      </button>
      <div
        id="filters"
        popover="auto"
        class="menu filters"
        role="group"
        aria-label="Filter conversations"
        onToggle={(event) => setOpen(event.newState === "open")}
      >
        {isOpen && <FilterPanel filters={filters} apply={apply} />}
      </div>
    </>
  );
}

/** Everything that narrows the list. It all stands in the address, so a view can be kept as a bookmark. */
export const FilterBar = ({ filters }: { filters: Filters }) => (
  <>
    <div class="head">
      <Search filters={filters} />
      <More filters={filters} />
    </div>
    <div class="chips" role="group" aria-label="Filters">
      {STATUSES.map((status) => (
        <StatusChip key={status} filters={filters} status={status} />
      ))}
      <Narrowed filters={filters} />
      {may("conversations:update") && (
        <button
          type="button"
          class="chip"
          aria-pressed={picked.value !== null}
          onClick={() => (picked.value = picked.value ? null : [])}
        >
          Select
        </button>
      )}
    </div>
  </>
);
