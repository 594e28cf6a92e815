/** Events as Rasa writes them, with only what a test cares about. */
import type { Entity, RasaEvent } from "../src/model/events.ts";

let clock = 1_795_342_492;

/** Every event comes a tenth of a second after the one before. */
const at = (): number => (clock += 0.1);

export const later = (seconds: number): number => (clock += seconds);

export const user = (text: string, intent = "greet", entities: Entity[] = []): RasaEvent => ({
  event: "user",
  timestamp: at(),
  text,
  input_channel: "rest",
  parse_data: {
    intent: { name: intent, confidence: 0.9 },
    intent_ranking: [{ name: intent, confidence: 0.9 }],
    entities,
  },
});

export const action = (
  name: string,
  policy: string | null = "RulePolicy",
  confidence: number | null = 1,
): RasaEvent => ({
  event: "action",
  timestamp: at(),
  name,
  policy,
  confidence,
});

export const bot = (text: string): RasaEvent => ({ event: "bot", timestamp: at(), text, data: {} });
export const slot = (name: string, value: unknown): RasaEvent => ({ event: "slot", timestamp: at(), name, value });
export const loop = (name: string | null): RasaEvent => ({ event: "active_loop", timestamp: at(), name });
export const plain = (event: string, more: Partial<RasaEvent> = {}): RasaEvent => ({ event, timestamp: at(), ...more });
export const listen = (): RasaEvent => action("action_listen");
export const session = (): RasaEvent[] => [action("action_session_start", null), plain("session_started"), listen()];

/** A user's message with the bot's one answer. */
export const exchange = (text: string, intent: string, answer: string): RasaEvent[] => [
  user(text, intent),
  plain("user_featurization"),
  action(answer),
  bot(`(${answer})`),
  listen(),
];
