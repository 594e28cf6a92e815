/** Rasa's own event JSON, as far as the screens read it. Times are Rasa's float seconds. */
export interface RasaEvent {
  event: string;
  timestamp: number;
  name?: string | null;
  text?: string | null;
  value?: unknown;
  policy?: string | null;
  confidence?: number | null;
  action_text?: string | null;
  input_channel?: string | null;
  message_id?: string | null;
  parse_data?: ParseData | null;
  data?: BotData | null;
  metadata?: Record<string, unknown> | null;
  is_flagged?: boolean;
}

/** Where the API writes the intent that a reader gave a message. */
export const CORRECTED = "parlance_corrected_intent";

export interface Prediction {
  name: string | null;
  confidence: number;
}

/** `start` and `end` count code points, as Python does; an entity set by a button may have neither. */
export interface Entity {
  entity: string;
  value?: unknown;
  start?: number | null;
  end?: number | null;
  role?: string | null;
  group?: string | null;
  extractor?: string | null;
  confidence_entity?: number | null;
}

export interface ParseData {
  intent?: Prediction | null;
  intent_ranking?: Prediction[] | null;
  entities?: Entity[] | null;
}

export interface Button {
  title: string;
  payload?: string | null;
}

/** What a bot message carries beside its text; also the shape of one answer of the chat call. */
export interface BotData {
  buttons?: Button[] | null;
  quick_replies?: Button[] | null;
  image?: string | null;
  attachment?: unknown;
  custom?: unknown;
  elements?: unknown;
}

/** One thing that the bot says to a message, as the chat call answers it. */
export type BotReply = { recipient_id?: string; text?: string | null } & BotData;

export const LISTEN = "action_listen";
export const SESSION_START = "action_session_start";

/** Rasa names some policies `policy_2_RulePolicy`; people know them as RulePolicy. */
export const policyName = (policy: string | null | undefined): string | null =>
  policy ? policy.replace(/^policy_\d+_/, "") : null;

/** An action's name, or the words of an end-to-end action. */
export const actionName = (event: RasaEvent): string => event.name ?? event.action_text ?? "unnamed action";
