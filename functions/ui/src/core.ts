/**
 * What the first screen has loaded anyway. Every screen that is fetched later begins with importing this: so the bundler puts all of
 * it into one file, where it would cut a file for every set of screens that share something.
 */
import "./api/parlance.ts";
import "./model/exchange.ts";
import "./parts/action.tsx";
import "./parts/aside.tsx";
import "./parts/blank.tsx";
import "./parts/transcript.tsx";
import "./parts/when.tsx";
import "./screens.tsx";
import "./shell/overlays.tsx";
import "./state/list.ts";
import "./state/poll.ts";
import "./state/rasa.ts";
import "./state/selection.ts";
import "./state/session.ts";
import "./state/toasts.ts";
