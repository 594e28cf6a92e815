import { PLACES } from "../screens.tsx";
import type { Place } from "../screens.tsx";
import { Icon } from "../parts/icon.tsx";
import { useKey } from "../state/keys.ts";
import { go, route } from "../state/location.ts";
import { rasa } from "../state/rasa.ts";
import { may } from "../state/token.ts";
import { Account } from "./account.tsx";
import { openPalette } from "./overlays.tsx";

const Badge = ({ place }: { place: Place }) => {
  const count = place.badge?.();
  if (!count) return null;
  return (
    <b class="num">
      {count > 999 ? "999+" : count}
      <span class="sr"> {place.counts}</span>
    </b>
  );
};

const NavLink = ({ place }: { place: Place }) => {
  useKey(place.key, () => go(`/${place.name}`));
  return (
    <a href={`/${place.name}`} aria-current={route.value.name === place.name ? "page" : undefined} title={place.label}>
      <Icon name={place.name} />
      <span class="label grow">{place.label}</span>
      <Badge place={place} />
    </a>
  );
};

const Group = ({ name }: { name: Place["group"] }) => {
  const mine = PLACES.filter((place) => place.group === name && place.scopes.some(may));
  return mine.length === 0 ? null : (
    <div class="group">
      {mine.map((place) => (
        <NavLink key={place.name} place={place} />
      ))}
    </div>
  );
};

const Status = () => (
  <div class="status small muted" role="status" title={`${rasa.value.text} ${rasa.value.model}`.trim()}>
    <span class={`dot ${rasa.value.mood}`} />
    <div class="label grow">
      {rasa.value.text}
      {rasa.value.model && <div class="ell">{rasa.value.model}</div>}
    </div>
  </div>
);

/** The rooms there are, what waits in them, and how the bot is. */
export const Nav = () => (
  <nav class="nav" aria-label="Rooms">
    <a class="brand" href="/conversations" aria-label="Parlance">
      <i aria-hidden="true" />
      <span class="label">Parlance</span>
    </a>
    <div class="places">
      <Group name="review" />
      <Group name="teach" />
      <Group name="run" />
    </div>
    <div class="foot">
      <button type="button" class="entry" onClick={openPalette} title="Find a screen or an action">
        <Icon name="search" />
        <span class="label grow">Find</span>
        <span class="label keys" aria-hidden="true">
          <kbd>Ctrl</kbd>
          <kbd>k</kbd>
        </span>
        <span class="sr">a screen or an action</span>
      </button>
      <Status />
      <Account />
    </div>
  </nav>
);
