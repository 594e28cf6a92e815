import { appliedEvents } from "./applied.ts";
import { LISTEN, SESSION_START, actionName } from "./events.ts";
import type { Entity, RasaEvent } from "./events.ts";

const PLAIN = /^[\p{L}_][\p{L}\p{N}_/.-]*$/u;
const YAML_WORDS = /^(true|false|yes|no|on|off|null|y|n|~)$/i;

/** A YAML scalar. JSON strings are YAML strings, so everything unusual is quoted as JSON. */
export function scalar(value: unknown): string {
  const plain = typeof value === "string" && PLAIN.test(value) && !YAML_WORDS.test(value);
  return plain ? (value as string) : JSON.stringify(value ?? null);
}

const entityLine = (entity: Entity): string =>
  entity.value === undefined ? `  - ${scalar(entity.entity)}` : `  - ${scalar(entity.entity)}: ${scalar(entity.value)}`;

function userLines(event: RasaEvent): string[] {
  const intent = event.parse_data?.intent?.name;
  const entities = event.parse_data?.entities ?? [];
  const head = intent ? `- intent: ${scalar(intent)}` : `- user: ${scalar(event.text ?? "")}`;
  return entities.length > 0 ? [head, "  entities:", ...entities.map(entityLine)] : [head];
}

function actionLines(event: RasaEvent): string[] {
  if (event.name === LISTEN || event.name === SESSION_START) return [];
  return [event.name ? `- action: ${scalar(event.name)}` : `- bot: ${scalar(actionName(event))}`];
}

function lines(event: RasaEvent): string[] {
  if (event.event === "user") return userLines(event);
  if (event.event === "action") return actionLines(event);
  if (event.event === "slot") return ["- slot_was_set:", `  - ${scalar(event.name)}: ${scalar(event.value)}`];
  if (event.event === "active_loop" || event.event === "form") return [`- active_loop: ${scalar(event.name)}`];
  return [];
}

/** The steps of a Rasa story that led here: since the last restart or session start, as the policies saw them. */
export const storySteps = (events: readonly RasaEvent[]): string => appliedEvents(events).flatMap(lines).join("\n");
