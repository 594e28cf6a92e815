import { computed, signal } from "./signal.ts";
import { writeFilters } from "../model/filters.ts";
import { readRoute } from "../model/route.ts";

const address = signal({ path: location.pathname, search: location.search });

export const route = computed(() => readRoute(address.value.path, address.value.search));

/** The open conversation, and what every link of the list ends with: apart, so that rows are drawn again only when theirs changes. */
export const openId = computed(() => ("id" in route.value ? (route.value.id ?? null) : null));
export const listQuery = computed(() =>
  route.value.name === "conversations" ? writeFilters(route.value.filters) : "",
);

/** What the list is sorted by; undefined: by time. */
export const listOrder = computed(() => (route.value.name === "conversations" ? route.value.filters.sort : undefined));

const read = (): void => {
  address.value = { path: location.pathname, search: location.search };
};

addEventListener("popstate", read);

/** Go to another screen of ours. `replace` leaves no step to go back to: for moving through a list. */
export function go(url: string, { replace = false } = {}): void {
  if (url === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", url);
  read();
}

const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.defaultPrevented && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

/** Links stay links: only a plain click on one of our own is answered without loading the page. */
addEventListener("click", (event) => {
  const link = (event.target as Element | null)?.closest?.("a");
  if (!link || !isPlain(event) || link.target || link.origin !== location.origin || link.hasAttribute("download"))
    return;
  event.preventDefault();
  go(link.pathname + link.search);
});
