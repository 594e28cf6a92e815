import type { ComponentChildren } from "preact";
import { useEffect } from "../view/hooks.ts";
import { isReachable } from "../api/call.ts";
import { ahead } from "../later.ts";
import { refreshBadges } from "../state/badges.ts";
import { poll } from "../state/poll.ts";
import { rasa, refreshRasa } from "../state/rasa.ts";
import { Nav } from "./nav.tsx";
import { Overlays } from "./overlays.tsx";
import { Tour } from "./tour.tsx";

const BADGES_MS = 5_000;
const RASA_MS = 10_000;
const AHEAD_MS = 500;

const Offline = () =>
  isReachable.value ? null : (
    <div class="offline" role="alert">
      Parlance does not answer. What you see may be old; it is asked again and again.
    </div>
  );

/** The frame around every room. */
export function Shell({ children }: { children: ComponentChildren }) {
  useEffect(() => void setTimeout(ahead, AHEAD_MS), []);
  useEffect(() => poll(refreshBadges, BADGES_MS, ["message_sent", "inbox_changed"]), []);
  const isReady = rasa.value.mood === "ready";
  useEffect(() => poll(refreshRasa, RASA_MS, isReady ? ["model_promoted"] : []), [isReady]);
  return (
    <div class="shell">
      <Nav />
      <div class="room">
        <Offline />
        <Tour />
        {children}
      </div>
      <Overlays />
    </div>
  );
}
