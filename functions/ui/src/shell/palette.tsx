import { useState } from "../view/hooks.ts";
import type { ActionId } from "../keymap.ts";
import { conversationUrl, conversationsUrl } from "../model/route.ts";
import { Chooser, choice } from "../parts/chooser.tsx";
import type { Choice } from "../parts/chooser.tsx";
import { PLACES } from "../screens.tsx";
import { available, run } from "../state/keys.ts";
import { go } from "../state/location.ts";
import { may } from "../state/token.ts";
import { closeOverlay } from "./overlays.tsx";

const ABOUT_ITSELF: readonly string[] = ["palette", "leave"];

/** The rooms, then whatever the keys of this screen do. */
function offers(): Choice[] {
  const rooms = PLACES.filter((place) => place.scopes.some(may)).map((place) => place.key as string);
  const all = available().filter((one) => !ABOUT_ITSELF.includes(one.id));
  const first = [...all.filter((one) => rooms.includes(one.id)), ...all.filter((one) => !rooms.includes(one.id))];
  return first.map((one) => ({ id: one.id, label: one.does, keys: one.keys, work: () => run(one.id as ActionId) }));
}

function withWords(text: string): Choice[] {
  if (!text || !may("metadata:get")) return [];
  return [
    choice(`Search conversations for “${text}”`, () => go(conversationsUrl({ q: text }))),
    choice(`Open the conversation named “${text}”`, () => go(conversationUrl(text))),
  ];
}

/** Find a screen or an action by its name. */
export function Palette() {
  const [choices] = useState(offers);
  return (
    <Chooser
      title="Screen or action"
      placeholder="Where to, or what to do?"
      choices={choices}
      withWords={withWords}
      close={closeOverlay}
    />
  );
}
