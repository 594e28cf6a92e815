/** Where a key works. */
export type Room =
  "Everywhere" | "Conversations" | "Talk" | "Inbox" | "Training data" | "Stories" | "Models" | "Insights" | "Settings";

export interface Binding {
  id: string;
  /** One press (`j`, `Shift+j`, `Mod+Enter`; Mod is Ctrl or Cmd), two after each other (`g c`), or any digit (`1–9`). */
  keys: string;
  does: string;
  room: Room;
  /** Works inside text fields too. */
  inText?: true;
  /** The browser does it (links, forms, dialogs): listed for people, not bound. */
  native?: true;
}

/** The only place where keys exist: it feeds the binding, the `?` sheet, the keys on buttons, and docs/ui.md. */
export const KEYMAP = [
  { id: "help", keys: "?", does: "Show this list of keys", room: "Everywhere" },
  { id: "palette", keys: "Mod+k", does: "Find a screen or an action by its name", room: "Everywhere", inText: true },
  { id: "go.conversations", keys: "g c", does: "Go to Conversations", room: "Everywhere" },
  { id: "go.talk", keys: "g t", does: "Go to Talk", room: "Everywhere" },
  { id: "go.stories", keys: "g s", does: "Go to Stories", room: "Everywhere" },
  { id: "go.models", keys: "g m", does: "Go to Models", room: "Everywhere" },
  { id: "go.insights", keys: "g i", does: "Go to Insights", room: "Everywhere" },
  { id: "go.settings", keys: "g ,", does: "Go to Settings", room: "Everywhere" },
  { id: "undo", keys: "u", does: "Undo the last action", room: "Everywhere" },
  {
    id: "leave",
    keys: "Escape",
    does: "Leave a text field, close what is open, back to the list",
    room: "Everywhere",
    inText: true,
  },
  { id: "next", keys: "j", does: "Next conversation", room: "Conversations" },
  { id: "previous", keys: "k", does: "Previous conversation", room: "Conversations" },
  { id: "open", keys: "Enter", does: "Open the conversation in focus", room: "Conversations", native: true },
  { id: "turn.next", keys: "Shift+j", does: "Select the next turn", room: "Conversations" },
  { id: "turn.previous", keys: "Shift+k", does: "Select the previous turn", room: "Conversations" },
  { id: "reviewed", keys: "e", does: "Mark reviewed and open the next unread one", room: "Conversations" },
  { id: "save", keys: "s", does: "Save for later and open the next unread one", room: "Conversations" },
  { id: "unread", keys: "Shift+u", does: "Mark unread", room: "Conversations" },
  { id: "flag", keys: "f", does: "Flag the selected message, or take its flag off", room: "Conversations" },
  { id: "tag", keys: "t", does: "Tag the conversation", room: "Conversations" },
  { id: "intent", keys: "i", does: "Correct the intent of the selected message", room: "Conversations" },
  { id: "intent.nth", keys: "1–9", does: "The intent is the n-th of the ranking", room: "Conversations" },
  { id: "annotate", keys: "a", does: "Mark entities and save a training example", room: "Conversations" },
  { id: "more", keys: "m", does: "Story, test, download, erase", room: "Conversations" },
  { id: "select", keys: "x", does: "Select the conversation for a common action", room: "Conversations" },
  { id: "select.range", keys: "Shift+x", does: "Select all up to here", room: "Conversations" },
  { id: "bulk.reviewed", keys: "Shift+e", does: "Mark the selected conversations reviewed", room: "Conversations" },
  { id: "search", keys: "/", does: "Search messages", room: "Conversations" },
  { id: "arrivals", keys: "n", does: "Show conversations that have arrived", room: "Conversations" },
  { id: "facts", keys: "d", does: "Show or hide what is known of the turn, on narrow windows", room: "Conversations" },
  { id: "talk.write", keys: "/", does: "Write a message", room: "Talk" },
  { id: "talk.send", keys: "Enter", does: "Send the message (Shift+Enter: new line)", room: "Talk", inText: true },
  { id: "talk.earlier", keys: "ArrowUp", does: "Bring back the message sent before", room: "Talk", inText: true },
  { id: "talk.later", keys: "ArrowDown", does: "Forward again", room: "Talk", inText: true },
  { id: "talk.restart", keys: "r", does: "Restart the conversation", room: "Talk" },
  { id: "talk.new", keys: "n", does: "Talk as a new user", room: "Talk" },
  { id: "talk.lead", keys: "l", does: "Lead the conversation step by step (interactive learning)", room: "Talk" },
  { id: "talk.act", keys: "1–9", does: "The bot does the n-th action, where one leads", room: "Talk" },
  { id: "talk.turn.next", keys: "Shift+j", does: "Select the next turn", room: "Talk" },
  { id: "talk.turn.previous", keys: "Shift+k", does: "Select the previous turn", room: "Talk" },
  { id: "talk.facts", keys: "d", does: "Show or hide what is known of the turn, on narrow windows", room: "Talk" },
  { id: "stories.next", keys: "j", does: "Next story or rule", room: "Stories" },
  { id: "stories.previous", keys: "k", does: "Previous story or rule", room: "Stories" },
  { id: "stories.new", keys: "n", does: "Write a new one", room: "Stories" },
  { id: "stories.save", keys: "Mod+Enter", does: "Save the text", room: "Stories", inText: true },
  { id: "models.train", keys: "t", does: "Train a model", room: "Models" },
  { id: "go.inbox", keys: "g n", does: "Go to the inbox", room: "Everywhere" },
  { id: "go.data", keys: "g d", does: "Go to the training data", room: "Everywhere" },
  { id: "inbox.next", keys: "j", does: "Next text", room: "Inbox" },
  { id: "inbox.previous", keys: "k", does: "Previous text", room: "Inbox" },
  { id: "inbox.nth", keys: "1–9", does: "Choose the n-th suggested intent", room: "Inbox" },
  { id: "inbox.intent", keys: "i", does: "Choose any intent, or make a new one", room: "Inbox" },
  { id: "inbox.words", keys: "m", does: "Mark words: arrows and Shift choose them, Enter names them", room: "Inbox" },
  { id: "inbox.accept", keys: "Mod+Enter", does: "Accept and next", room: "Inbox", inText: true },
  { id: "inbox.similar", keys: "Shift+Enter", does: "Accept this and all similar texts", room: "Inbox" },
  { id: "inbox.discard", keys: "Backspace", does: "Discard and next", room: "Inbox" },
  { id: "inbox.search", keys: "/", does: "Search the inbox", room: "Inbox" },
  { id: "inbox.add", keys: "n", does: "Add a text by hand", room: "Inbox" },
  { id: "data.search", keys: "/", does: "Search the examples", room: "Training data" },
  { id: "data.add", keys: "n", does: "Add one", room: "Training data" },
] as const satisfies readonly Binding[];

export type ActionId = (typeof KEYMAP)[number]["id"];

const ALL: readonly Binding[] = KEYMAP;

export const binding = (id: ActionId): Binding => ALL.find((one) => one.id === id) as Binding;

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
  return ALL.filter((one) => isPressed(one, wanted) && isAllowed(one, now)).map((one) => one.id as ActionId);
}

/** Whether this press is the first of two. */
export const isPrefix = (press: string, now: Situation): boolean =>
  ALL.some((one) => one.keys.startsWith(`${press} `) && isAllowed(one, now));

const NAMES: Record<string, string> = { ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Shift: "⇧", Mod: "Ctrl" };

/** The caps to draw for a binding: `Shift+j` is ⇧ J, `g c` is g then c. */
export const caps = (keys: string): string[] => keys.split(/[+ ]/).map((key) => NAMES[key] ?? key);

const ROOMS: readonly Room[] = ["Everywhere", ...new Set(Object.values(ROOM_OF))];

/** The table by room, for the sheet and the documentation. */
export const byRoom = (): { room: Room; bindings: Binding[] }[] =>
  ROOMS.map((room) => ({ room, bindings: ALL.filter((one) => one.room === room) })).filter(
    (one) => one.bindings.length > 0,
  );
