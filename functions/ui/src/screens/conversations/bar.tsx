import { useState } from "../../view/hooks.ts";
import { STATUS_LABELS, chips, withFilter } from "../../model/filters.ts";
import type { Filters } from "../../model/filters.ts";
import { conversationsUrl } from "../../model/route.ts";
import { Icon } from "../../parts/icon.tsx";
import { Search } from "../../parts/search.tsx";
import { later } from "../../later.ts";
import { go, route } from "../../state/location.ts";
import { picked } from "../../state/picked.ts";
import { tagName } from "../../state/tags.ts";
import { may } from "../../state/token.ts";

const FilterPanel = later("filters", (rest) => rest.FilterPanel);

const apply = (filters: Filters): void => go(conversationsUrl(filters), { replace: true });

/** The filters by now: another may have been set since the last key. */
const current = (): Filters => (route.value.name === "conversations" ? route.value.filters : {});

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
        {isOpen && <FilterPanel filters={filters} change={(step) => apply(step(current()))} />}
      </div>
    </>
  );
}

/** Everything that narrows the list. It all stands in the address, so a view can be kept as a bookmark. */
export const FilterBar = ({ filters }: { filters: Filters }) => (
  <>
    <div class="head">
      <Search
        label="Search messages"
        id="search"
        value={filters.q ?? ""}
        find={(words) => apply(withFilter(current(), "q", words))}
      />
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
