/** Where a key works. */
export type Room =
  "Everywhere" | "Conversations" | "Talk" | "Inbox" | "Training data" | "Stories" | "Models" | "Insights" | "Settings";

export interface Binding {
  id: string;
  /** One press (`j`, `Shift+j`, `Mod+Enter`; Mod is Ctrl or Cmd), two after each other (`g c`), or any digit (`1–9`). */
  keys: string;
  does: string;
  room: Room;
  inText: boolean;
  native: boolean;
}

/** The key works inside text fields too. */
const TEXT = 1;
/** The browser does it (links, forms, dialogs): listed for people, not bound. */
const NATIVE = 2;

type Entry = readonly [id: string, keys: string, does: string, how?: typeof TEXT | typeof NATIVE];

/** The only place where keys exist: it feeds the binding, the `?` sheet, the keys on buttons, and docs/ui.md. */
const TABLE = {
  Everywhere: [
    ["help", "?", "Show this list of keys"],
    ["palette", "Mod+k", "Find a screen or an action by its name", TEXT],
    ["go.conversations", "g c", "Go to Conversations"],
    ["go.talk", "g t", "Go to Talk"],
    ["go.stories", "g s", "Go to Stories"],
    ["go.models", "g m", "Go to Models"],
    ["go.insights", "g i", "Go to Insights"],
    ["go.settings", "g ,", "Go to Settings"],
    ["undo", "u", "Undo the last action"],
    ["leave", "Escape", "Leave a text field, close what is open, back to the list", TEXT],
    ["go.inbox", "g n", "Go to the inbox"],
    ["go.data", "g d", "Go to the training data"],
  ],
  Conversations: [
    ["next", "j", "Next conversation"],
    ["previous", "k", "Previous conversation"],
    ["open", "Enter", "Open the conversation in focus", NATIVE],
    ["turn.next", "Shift+j", "Select the next turn"],
    ["turn.previous", "Shift+k", "Select the previous turn"],
    ["reviewed", "e", "Mark reviewed and open the next unread one"],
    ["save", "s", "Save for later and open the next unread one"],
    ["unread", "Shift+u", "Mark unread"],
    ["flag", "f", "Flag the selected message, or take its flag off"],
    ["tag", "t", "Tag the conversation"],
    ["intent", "i", "Correct the intent of the selected message"],
    ["intent.nth", "1–9", "The intent is the n-th of the ranking"],
    ["annotate", "a", "Mark entities and save a training example"],
    ["more", "m", "Story, test, download, erase"],
    ["select", "x", "Select the conversation for a common action"],
    ["select.range", "Shift+x", "Select all up to here"],
    ["bulk.reviewed", "Shift+e", "Mark the selected conversations reviewed"],
    ["search", "/", "Search messages"],
    ["arrivals", "n", "Show conversations that have arrived"],
    ["facts", "d", "Show or hide what is known of the turn, on narrow windows"],
  ],
  Talk: [
    ["talk.write", "/", "Write a message"],
    ["talk.send", "Enter", "Send the message (Shift+Enter: new line)", TEXT],
    ["talk.earlier", "ArrowUp", "Bring back the message sent before", TEXT],
    ["talk.later", "ArrowDown", "Forward again", TEXT],
    ["talk.restart", "r", "Restart the conversation"],
    ["talk.new", "n", "Talk as a new user"],
    ["talk.lead", "l", "Lead the conversation step by step (interactive learning)"],
    ["talk.act", "1–9", "The bot does the n-th action, where one leads"],
    ["talk.turn.next", "Shift+j", "Select the next turn"],
    ["talk.turn.previous", "Shift+k", "Select the previous turn"],
    ["talk.facts", "d", "Show or hide what is known of the turn, on narrow windows"],
  ],
  Stories: [
    ["stories.next", "j", "Next story or rule"],
    ["stories.previous", "k", "Previous story or rule"],
    ["stories.new", "n", "Write a new one"],
    ["stories.save", "Mod+Enter", "Save the text", TEXT],
  ],
  Models: [["models.train", "t", "Train a model"]],
  Inbox: [
    ["inbox.next", "j", "Next text"],
    ["inbox.previous", "k", "Previous text"],
    ["inbox.nth", "1–9", "Choose the n-th suggested intent"],
    ["inbox.intent", "i", "Choose any intent, or make a new one"],
    ["inbox.words", "m", "Mark words: arrows and Shift choose them, Enter names them"],
    ["inbox.accept", "Mod+Enter", "Accept and next", TEXT],
    ["inbox.similar", "Shift+Enter", "Accept this and all similar texts"],
    ["inbox.discard", "Backspace", "Discard and next"],
    ["inbox.search", "/", "Search the inbox"],
    ["inbox.add", "n", "Add a text by hand"],
  ],
  "Training data": [
    ["data.search", "/", "Search the examples"],
    ["data.add", "n", "Add one"],
  ],
} as const satisfies Partial<Record<Room, readonly Entry[]>>;

export type ActionId = (typeof TABLE)[keyof typeof TABLE][number][0];

export const KEYMAP: readonly Binding[] = Object.entries<readonly Entry[]>(TABLE).flatMap(([room, entries]) =>
  entries.map(([id, keys, does, how]) => ({
    id,
    keys,
    does,
    room: room as Room,
    inText: how === TEXT,
    native: how === NATIVE,
  })),
);

export const binding = (id: ActionId): Binding => KEYMAP.find((one) => one.id === id) as Binding;

/** What was pressed, written as in the table. Shift counts with letters and named keys, not with signs such as `?`. */
export function pressed(event: Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">): string {
  const isLetter = /^\p{L}$/u.test(event.key);
  const key = isLetter ? event.key.toLowerCase() : event.key;
  const shift = event.shiftKey && (isLetter || event.key.length > 1);
  const held = [event.ctrlKey || event.metaKey ? "Mod" : "", event.altKey ? "Alt" : "", shift ? "Shift" : ""];
  return [...held.filter(Boolean), key].join("+");
}

/** Where the keys of a screen are listed, by the name of its route. */
const ROOM_OF: Record<string, Room> = {
  conversations: "Conversations",
  talk: "Talk",
  guest: "Talk",
  inbox: "Inbox",
  data: "Training data",
  stories: "Stories",
  models: "Models",
  insights: "Insights",
  settings: "Settings",
};

export const roomOf = (route: string): Room => ROOM_OF[route] ?? "Everywhere";

export interface Situation {
  room: Room;
  /** A first key of two that was just pressed, or "". */
  before: string;
  isTyping: boolean;
  isDialogOpen: boolean;
  /** Single-letter keys are switched off (WCAG 2.1.4). */
  isQuiet: boolean;
}

const DIGITS = "1–9";

const isSingle = (keys: string): boolean => /^(Shift\+)?.$/u.test(keys) || keys === DIGITS || keys.includes(" ");

function isAllowed(one: Binding, now: Situation): boolean {
  if (one.native || now.isDialogOpen) return false;
  if (one.room !== "Everywhere" && one.room !== now.room) return false;
  if (now.isTyping && !one.inText) return false;
  return !(now.isQuiet && isSingle(one.keys));
}

const isPressed = (one: Binding, wanted: string): boolean =>
  one.keys === DIGITS ? /^[1-9]$/.test(wanted) : one.keys === wanted;

/** Every action that this press asks for, in the order of the table. */
export function matches(press: string, now: Situation): ActionId[] {
  const wanted = now.before ? `${now.before} ${press}` : press;
  return KEYMAP.filter((one) => isPressed(one, wanted) && isAllowed(one, now)).map((one) => one.id as ActionId);
}

/** Whether this press is the first of two. */
export const isPrefix = (press: string, now: Situation): boolean =>
  KEYMAP.some((one) => one.keys.startsWith(`${press} `) && isAllowed(one, now));

const NAMES: Record<string, string> = { ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Shift: "⇧", Mod: "Ctrl" };

/** The caps to draw for a binding: `Shift+j` is ⇧ J, `g c` is g then c. */
export const caps = (keys: string): string[] => keys.split(/[+ ]/).map((key) => NAMES[key] ?? key);

const ROOMS: readonly Room[] = ["Everywhere", ...new Set(Object.values(ROOM_OF))];

/** The table by room, for the sheet and the documentation. */
export const byRoom = (): { room: Room; bindings: Binding[] }[] =>
  ROOMS.map((room) => ({ room, bindings: KEYMAP.filter((one) => one.room === room) })).filter(
    (one) => one.bindings.length > 0,
  );
