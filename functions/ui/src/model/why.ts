import { LISTEN, SESSION_START, actionName, policyName } from "./events.ts";
import type { Prediction, RasaEvent } from "./events.ts";

const FALLBACK_INTENT = "nlu_fallback";

/** Two decimals, as everywhere on the screens. */
export const percent = (confidence: number): string => confidence.toFixed(2);

const said = (one: Prediction): string => `${one.name} ${percent(one.confidence)}`;

function whyIntent(event: RasaEvent): string[] {
  const parsed = event.parse_data;
  if (!parsed?.intent?.name) return ["No intent was predicted for this message."];
  if (event.text?.startsWith("/")) return ["The message names its intent itself."];
  if (parsed.intent.name !== FALLBACK_INTENT) return [];
  const rivals = (parsed.intent_ranking ?? []).filter((one) => one.name !== FALLBACK_INTENT).slice(0, 2);
  return [`No intent was sure enough (${rivals.map(said).join(", ")}), so the message became ${FALLBACK_INTENT}.`];
}

function whyAction(event: RasaEvent): string[] {
  if (event.name === LISTEN || event.name === SESSION_START) return [];
  const policy = policyName(event.policy);
  const sure = typeof event.confidence === "number" ? ` (${percent(event.confidence)})` : "";
  return [policy ? `${policy} chose ${actionName(event)}${sure}.` : `${actionName(event)} ran without a prediction.`];
}

/** Plain sentences on what decided this turn, drawn only from what Rasa wrote down. */
export function why(events: readonly RasaEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.event === "user") return whyIntent(event);
    if (event.event === "action") return whyAction(event);
    if (event.event === "action_execution_rejected") return [`${event.name} gave the message up to another policy.`];
    return [];
  });
}
