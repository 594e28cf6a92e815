import { render } from "./view/draw.ts";
import { useEffect } from "./view/hooks.ts";
import { Blank } from "./parts/blank.tsx";
import { Guest, Login, PLACES, SCREENS, Talk } from "./screens.tsx";
import { Conversations } from "./screens/conversations/index.tsx";
import { Shell } from "./shell/shell.tsx";
import { Toasts } from "./shell/toasts.tsx";
import { go, route } from "./state/location.ts";
import { askToLogIn } from "./state/session.ts";
import { session } from "./state/token.ts";

const OTHERS: Record<string, string> = { login: "Log in", guest: "Talk to the bot" };

const title = (name: string): string => PLACES.find((one) => one.name === name)?.label ?? OTHERS[name] ?? "Not found";

const Missing = ({ path }: { path: string }) => (
  <main class="col">
    <Blank title="There is no such page" isPage>
      <p class="muted">{path}</p>
      <a class="button" href="/conversations">
        Go to Conversations
      </a>
    </Blank>
  </main>
);

function Room() {
  const here = route.value;
  if (here.name === "conversations") return <Conversations filters={here.filters} id={here.id} />;
  if (here.name === "talk") return <Talk id={here.id} />;
  if ("parts" in here) {
    const Screen = SCREENS[here.name];
    return <Screen key={here.name} parts={here.parts} search={here.search} />;
  }
  return <Missing path={location.pathname} />;
}

/** Who is not logged in sees the login screen, and is brought back to where they wanted to go. */
function App() {
  const here = route.value;
  const isLogin = here.name === "login";
  const isGuest = here.name === "guest";
  const isIn = session.value !== null;
  useEffect(() => {
    if (isGuest) return;
    if (!isIn && !isLogin) askToLogIn();
    if (isIn && isLogin) go(here.next, { replace: true });
  }, [isIn, isLogin, isGuest]);
  useEffect(() => {
    document.title = `${title(here.name)} · Parlance`;
  }, [here.name]);
  if (isGuest) return <Guest token={here.token} />;
  if (isLogin !== !isIn) return null;
  return (
    <>
      {isLogin ? (
        <Login next={here.next} />
      ) : (
        <Shell>
          <Room />
        </Shell>
      )}
      <Toasts />
    </>
  );
}

render(<App />, document.getElementById("app") as HTMLElement);
