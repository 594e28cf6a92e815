import { appliedEvents } from "./applied.ts";
import type { Entity, RasaEvent } from "./events.ts";
import { CORRECTED, LISTEN, SESSION_START } from "./events.ts";
import { scalar, storySteps } from "./story.ts";

const indented = (text: string, by: string): string => text.replace(/^(?=.)/gm, by);

/** The intent that a message has by now: what a reader said before what was predicted. */
function corrected(event: RasaEvent): RasaEvent {
  const name = event.metadata?.[CORRECTED];
  if (event.event !== "user" || typeof name !== "string") return event;
  const intent = { name, confidence: 1 };
  return { ...event, parse_data: { ...event.parse_data, intent } };
}

/** A story of Rasa's format out of what was said, with the intents as they were corrected. */
export const asStory = (title: string, events: readonly RasaEvent[]): string =>
  `version: "3.1"\nstories:\n- story: ${scalar(title)}\n  steps:\n${indented(storySteps(events.map(corrected)), "  ")}\n`;

/** The text with its entities as Rasa's tests write them: `[Oslo]{"entity": "city", "value": "osl"}`. */
function marked(text: string, entities: readonly Entity[]): string {
  const points = Array.from(text);
  const placed = entities.filter((one) => Number.isInteger(one.start) && Number.isInteger(one.end));
  for (const { start, end, entity, value, role, group } of placed.toSorted((a, b) => (b.start ?? 0) - (a.start ?? 0))) {
    const words = points.slice(start ?? 0, end ?? 0).join("");
    const more = {
      ...(String(value) !== words && { value: String(value) }),
      ...(role && { role }),
      ...(group && { group }),
    };
    const label = Object.keys(more).length > 0 ? JSON.stringify({ entity, ...more }) : `(${entity})`;
    points.splice(start ?? 0, (end ?? 0) - (start ?? 0), `[${words}]${label}`);
  }
  return points.join("");
}

const said = (event: RasaEvent): string =>
  `- user: |\n    ${marked(event.text ?? "", event.parse_data?.entities ?? []).replaceAll("\n", " ")}\n  intent: ${scalar(event.parse_data?.intent?.name ?? "")}`;

function testStep(event: RasaEvent): string[] {
  if (event.event === "user") return [said(event)];
  const isWork = event.event === "action" && event.name && event.name !== LISTEN && event.name !== SESSION_START;
  return isWork ? [`- action: ${scalar(event.name)}`] : [];
}

/** An end-to-end test of Rasa's format out of what was said and done. */
export const asTest = (title: string, events: readonly RasaEvent[]): string =>
  `stories:\n- story: ${scalar(title)}\n  steps:\n${indented(appliedEvents(events).map(corrected).flatMap(testStep).join("\n"), "  ")}\n`;
