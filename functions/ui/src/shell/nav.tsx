import type { IconName } from "../parts/icon.tsx";
import { Icon } from "../parts/icon.tsx";
import { unread } from "../state/badges.ts";
import { useKey } from "../state/keys.ts";
import { go, route } from "../state/location.ts";
import { rasa } from "../state/rasa.ts";
import { may } from "../state/token.ts";
import { Account } from "./account.tsx";

interface LinkProps {
  to: string;
  name: string;
  label: string;
  icon: IconName;
  badge?: number | null;
}

const NavLink = ({ to, name, label, icon, badge }: LinkProps) => (
  <a href={to} aria-current={route.value.name === name ? "page" : undefined} title={label}>
    <Icon name={icon} />
    <span class="label grow">{label}</span>
    {badge ? (
      <b class="num">
        {badge > 999 ? "999+" : badge}
        <span class="sr"> unread</span>
      </b>
    ) : null}
  </a>
);

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
export function Nav() {
  useKey("go.conversations", () => go("/conversations"));
  useKey("go.talk", () => go("/talk"));
  return (
    <nav class="nav" aria-label="Rooms">
      <a class="brand" href="/conversations" aria-label="Parlance">
        <i aria-hidden="true" />
        <span class="label">Parlance</span>
      </a>
      {may("messages:create") && <NavLink to="/talk" name="talk" label="Talk" icon="talk" />}
      {may("metadata:get") && (
        <NavLink
          to="/conversations"
          name="conversations"
          label="Conversations"
          icon="conversations"
          badge={unread.value}
        />
      )}
      <div class="foot">
        <Status />
        <Account />
      </div>
    </nav>
  );
}
