import { CORRECTED, LISTEN, SESSION_START, actionName, policyName } from "./events.ts";
import type { BotData, Entity, Prediction, RasaEvent } from "./events.ts";

/** A pause that is worth a line of its own, in seconds. */
export const IDLE_SECONDS = 300;

export interface UserMessage {
  text: string;
  intent: Prediction | null;
  ranking: Prediction[];
  entities: Entity[];
  channel: string | null;
  messageId: string | null;
  metadata: Record<string, unknown>;
  isFlagged: boolean;
  /** The intent that a reader gave it. */
  corrected: string | null;
}

/** One machine step between two messages. */
export interface Step {
  label: string;
  policy: string | null;
  confidence: number | null;
  at: number;
  isAction: boolean;
}

export type Part =
  | { kind: "steps"; steps: Step[] }
  | { kind: "bot"; text: string; data: BotData; at: number; isHuman: boolean }
  | { kind: "gap"; seconds: number }
  | { kind: "mark"; label: string; at: number };

/** A user's message and everything up to the next one. `start` and `end` are event numbers, `end` not included. */
export interface Turn {
  key: string;
  start: number;
  end: number;
  at: number;
  lead: Part[];
  user: UserMessage | null;
  parts: Part[];
}

const MARKS: Record<string, string> = {
  restart: "Restarted",
  session_started: "Session started",
  pause: "Bot paused",
  resume: "Bot resumed",
};

/** What Rasa notes for itself; the entities that it adds stand in the message already. */
const HIDDEN = new Set(["user_featurization", "entities"]);

function userMessage(event: RasaEvent): UserMessage {
  const parsed = event.parse_data ?? {};
  return {
    text: event.text ?? "",
    intent: parsed.intent?.name ? parsed.intent : null,
    ranking: (parsed.intent_ranking ?? []).filter((one) => one.name),
    entities: parsed.entities ?? [],
    channel: event.input_channel ?? null,
    messageId: event.message_id ?? null,
    metadata: event.metadata ?? {},
    isFlagged: event.is_flagged ?? false,
    corrected: (event.metadata?.[CORRECTED] as string | undefined) ?? null,
  };
}

const shortJson = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value ?? null));

const LABELS: Record<string, (event: RasaEvent) => string> = {
  action: actionName,
  slot: (event) => `${event.name} = ${shortJson(event.value)}`,
  active_loop: (event) => (event.name ? `${event.name} begins` : "form ends"),
  form: (event) => (event.name ? `${event.name} begins` : "form ends"),
  loop_interrupted: () => "form interrupted",
  action_execution_rejected: (event) => `${event.name} rejected`,
  followup: (event) => `then ${event.name}`,
  rewind: () => "message taken back",
  undo: () => "action taken back",
  reset_slots: () => "slots reset",
  reminder: (event) => `reminder ${event.name ?? ""}`.trim(),
  cancel_reminder: () => "reminder cancelled",
};

function step(event: RasaEvent): Step {
  const label = LABELS[event.event]?.(event) ?? event.event.replaceAll("_", " ");
  const isAction = event.event === "action";
  return {
    label,
    policy: policyName(event.policy),
    confidence: event.confidence ?? null,
    at: event.timestamp,
    isAction,
  };
}

const newTurn = (start: number, at: number): Turn => ({
  key: `t${start}`,
  start,
  end: start,
  at,
  lead: [],
  user: null,
  parts: [],
});

/** Put a step into the run of steps it belongs to; a closing `action_listen` joins the run before the bot's words. */
function addStep(parts: Part[], added: Step): void {
  const open = added.label === LISTEN ? parts.findLast((part) => part.kind === "steps") : parts.at(-1);
  if (open?.kind === "steps") open.steps.push(added);
  else if (added.label !== LISTEN) parts.push({ kind: "steps", steps: [added] });
}

function addEvent(parts: Part[], event: RasaEvent): void {
  const mark = MARKS[event.event];
  if (mark) parts.push({ kind: "mark", label: mark, at: event.timestamp });
  else if (event.event === "bot" || event.event === "agent") {
    const isHuman = event.event === "agent";
    parts.push({ kind: "bot", text: event.text ?? "", data: event.data ?? {}, at: event.timestamp, isHuman });
  } else addStep(parts, step(event));
}

const startsSession = (event: RasaEvent): boolean => event.event === "action" && event.name === SESSION_START;

/** Whether nothing was said yet, so that a user's message still opens this turn. */
const isUnspoken = (turn: Turn): boolean => turn.user === null && !turn.parts.some((part) => part.kind === "bot");

function opens(turn: Turn | undefined, event: RasaEvent): boolean {
  if (!turn) return true;
  return event.event === "user" ? !isUnspoken(turn) : startsSession(event);
}

/** Turn a tracker's events into what a reader follows: turns with messages, folded steps, pauses and marks. */
export function fold(events: readonly RasaEvent[]): Turn[] {
  const turns: Turn[] = [];
  events.forEach((event, i) => {
    if (opens(turns.at(-1), event)) turns.push(newTurn(i, event.timestamp));
    const turn = turns.at(-1) as Turn;
    const idle = event.timestamp - (events[i - 1]?.timestamp ?? event.timestamp);
    if (idle > IDLE_SECONDS) turn.parts.push({ kind: "gap", seconds: idle });
    if (event.event === "user") {
      Object.assign(turn, { user: userMessage(event), at: event.timestamp, lead: turn.parts, parts: [] });
    } else if (!HIDDEN.has(event.event) && !startsSession(event)) addEvent(turn.parts, event);
    turn.end = i + 1;
  });
  return turns;
}

const mark = ({ key, end, at, user }: Turn): string =>
  [key, end, at, user?.messageId, user?.isFlagged, user?.corrected].join(" ");

const isSameTurn = (a: Turn | undefined, b: Turn): boolean => a !== undefined && mark(a) === mark(b);

/** The turns of `fresh`, but those that are as before are the same objects: only the others are drawn again. */
export const keepTurns = (known: readonly Turn[], fresh: Turn[]): Turn[] =>
  fresh.map((turn, i) => (isSameTurn(known[i], turn) ? (known[i] as Turn) : turn));

/** Where a reader should look first: the message of which the bot was least sure. */
export const leastSure = (turns: readonly Turn[]): Turn | undefined =>
  turns
    .filter((turn) => turn.user?.intent)
    .reduce<Turn | undefined>((least, turn) => (least && sure(least) <= sure(turn) ? least : turn), undefined);

const sure = (turn: Turn): number => turn.user?.intent?.confidence ?? 1;

/** Where a talk stands: the last turn with a message. */
export const lastSpoken = (turns: readonly Turn[]): Turn | undefined =>
  turns.findLast((turn) => turn.user) ?? turns.at(-1);
