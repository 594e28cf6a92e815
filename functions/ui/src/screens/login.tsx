import { useEffect, useSignal } from "../view/hooks.ts";
import { ApiError, sentence } from "../api/call.ts";
import { act, read } from "../api/manage.ts";
import { useLoad } from "../state/load.ts";
import { go } from "../state/location.ts";
import { signIn } from "../state/session.ts";
import { keep, notice } from "../state/token.ts";
import { Icon } from "../parts/icon.tsx";

interface Trouble {
  text: string;
  /** Seconds until trying again makes sense. */
  wait?: number;
}

const DEFAULT_WAIT = 30;

/** What went wrong, in words that say what to do. */
function trouble(error: unknown): Trouble {
  const { status, retryAfter } = error instanceof ApiError ? error : { status: 0, retryAfter: null };
  if (status === 401) return { text: "User name or password is wrong." };
  if (status === 429) return { text: "Too many tries. Please wait.", wait: retryAfter ?? DEFAULT_WAIT };
  const text = sentence(error);
  return { text: status >= 500 ? `Parlance cannot log you in now: ${text}` : text };
}

function PasswordField() {
  const isShown = useSignal(false);
  // Preact's types do not let one attribute be either; both are right for this field.
  const type = (isShown.value ? "text" : "password") as "password";
  return (
    <div class="field">
      <label for="password">Password</label>
      <div class="with-button">
        <input id="password" name="password" type={type} autocomplete="current-password" required />
        <button
          type="button"
          class="bare"
          aria-pressed={isShown.value}
          aria-label="Show password"
          title="Show password"
          onClick={() => (isShown.value = !isShown.value)}
        >
          <Icon name="eye" />
        </button>
      </div>
    </div>
  );
}

const UserField = () => (
  <div class="field">
    <label for="username">User name</label>
    <input
      id="username"
      name="username"
      autocomplete="username"
      autocapitalize="none"
      spellcheck={false}
      required
      autoFocus
    />
  </div>
);

interface Ways {
  single_sign_on: { name: string; url: string }[];
}

/** The other ways to log in; each leads to another site, and back here with a token that is good once. */
function OtherWays({ next }: { next: string }) {
  const ways = useLoad("ways", () => read<Ways>("/auth/providers"));
  return (
    <>
      {(ways.data?.single_sign_on ?? []).map((way) => (
        <button
          key={way.url}
          type="button"
          class="button"
          onClick={() => location.assign(`${way.url}?next=${encodeURIComponent(next)}`)}
        >
          Log in with {way.name}
        </button>
      ))}
    </>
  );
}

/** Finish what began on another site: the address tells how it went, where no server sees it. */
async function comeBack(next: string): Promise<void> {
  const told = new URLSearchParams(location.hash.slice(1));
  const token = told.get("single_use_token");
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  const failure = told.get("sign_on_error");
  if (failure) throw new ApiError(400, `Single sign-on did not work: ${failure}.`);
  if (!token) return;
  try {
    keep((await act<{ access_token: string }>("POST", "/auth", { single_use_token: token })).access_token);
  } catch {
    throw new ApiError(400, "Single sign-on took too long: please try again.");
  }
  go(next, { replace: true });
}

/** What is wrong now; a wait is counted down, and over with it. */
function useTrouble() {
  const problem = useSignal<Trouble | null>(null);
  const { text = "", wait = 0 } = problem.value ?? {};
  useEffect(() => {
    if (wait <= 0) return;
    const timer = setTimeout(() => (problem.value = wait > 1 ? { text, wait: wait - 1 } : null), 1000);
    return () => clearTimeout(timer);
  }, [wait]);
  return problem;
}

const Problem = ({ text, wait = 0 }: Trouble) => (
  <p class="note bad">
    {text}
    {wait > 0 && <span class="num"> Try again in {wait} s.</span>}
  </p>
);

/** Log in by user name and password, or by single sign-on; a password manager finds all it needs. */
export function Login({ next }: { next: string }) {
  const problem = useTrouble();
  const isBusy = useSignal(false);
  const fail = (error: unknown): void => void (problem.value = trouble(error));
  useEffect(() => void comeBack(next).catch(fail), []);
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const given = new FormData(form);
    isBusy.value = true;
    await signIn(String(given.get("username")).trim(), String(given.get("password")), next).catch((error) => {
      fail(error);
      form.querySelector<HTMLInputElement>("#password")?.select();
    });
    isBusy.value = false;
  }
  return (
    <main class="login">
      <form method="post" onSubmit={submit}>
        <div class="brand">
          <i aria-hidden="true" />
          Parlance
        </div>
        <h1>Log in</h1>
        {notice.value && !problem.value && <p class="note">{notice.value}</p>}
        <UserField />
        <PasswordField />
        <div role="alert">{problem.value && <Problem {...problem.value} />}</div>
        <button type="submit" class="button primary" disabled={isBusy.value || !!problem.value?.wait}>
          {isBusy.value ? "Logging in…" : "Log in"}
        </button>
        <OtherWays next={next} />
      </form>
    </main>
  );
}
