import { logIn } from "../api/parlance.ts";
import { loginUrl } from "../model/route.ts";
import { forgetDetails } from "./detail.ts";
import { clear } from "./list.ts";
import { go } from "./location.ts";
import { forgetToasts } from "./toasts.ts";
import { forget, keep } from "./token.ts";

/** Log in and go where one wanted to go. Throws ApiError. */
export async function signIn(username: string, password: string, next: string): Promise<void> {
  keep(await logIn(username, password));
  go(next, { replace: true });
}

/** Nothing of the user stays in the page. */
export function signOut(): void {
  forget();
  clear();
  forgetDetails();
  forgetToasts();
  go("/login");
}

/** Ask for a log-in and come back here afterwards. */
export const askToLogIn = (): void => go(loginUrl(location.pathname + location.search), { replace: true });
