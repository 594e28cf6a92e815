import { session } from "../state/token.ts";
import { signOut } from "../state/session.ts";
import { isQuiet, theme } from "../state/settings.ts";
import type { Theme } from "../state/settings.ts";
import { Icon } from "../parts/icon.tsx";
import { openSheet } from "./overlays.tsx";

const THEMES: Record<Theme, string> = { system: "As the system", light: "Light", dark: "Dark" };

const ThemeChoice = ({ name }: { name: Theme }) => (
  <label class="row">
    <input type="radio" name="theme" checked={theme.value === name} onChange={() => (theme.value = name)} />
    {THEMES[name]}
  </label>
);

const Choices = () => (
  <>
    <fieldset>
      <legend>Appearance</legend>
      {(Object.keys(THEMES) as Theme[]).map((name) => (
        <ThemeChoice key={name} name={name} />
      ))}
    </fieldset>
    <fieldset>
      <legend>Keyboard</legend>
      <label class="row">
        <input
          type="checkbox"
          checked={!isQuiet.value}
          onChange={(event) => (isQuiet.value = !event.currentTarget.checked)}
        />
        Single-letter keys
      </label>
    </fieldset>
  </>
);

function showKeys(): void {
  document.getElementById("account")?.hidePopover();
  openSheet();
}

/** Who is logged in, and what is theirs to choose. */
export const Account = () => (
  <div class="account">
    <button
      type="button"
      class="entry"
      popovertarget="account"
      aria-haspopup="true"
      aria-label={`Account: ${session.value?.username}`}
    >
      <Icon name="person" />
      <span class="ell">{session.value?.username}</span>
    </button>
    <div id="account" popover="auto" class="menu" role="group" aria-label="Account">
      <p class="small muted">
        Logged in as <b>{session.value?.username}</b>
      </p>
      <Choices />
      <button type="button" class="button" onClick={showKeys}>
        All keys <kbd>?</kbd>
      </button>
      <button type="button" class="button" onClick={signOut}>
        Sign out
      </button>
    </div>
  </div>
);
