import type { Entity } from "./events.ts";

/** A run of text, with the entities that cover all of it (none: plain text). */
export interface Segment {
  text: string;
  entities: Entity[];
}

interface Span {
  start: number;
  end: number;
  entity: Entity;
}

/** The length in code points: what Python's `len` answers. */
export const length = (text: string): number => Array.from(text).length;

function spans(entities: Entity[], size: number): Span[] {
  return entities.flatMap((entity) => {
    const { start, end } = entity;
    if (!Number.isInteger(start) || !Number.isInteger(end)) return [];
    const span = { start: Math.max(0, start as number), end: Math.min(size, end as number), entity };
    return span.start < span.end ? [span] : [];
  });
}

/** Cut `text` where entities begin and end. Joined again the segments are always `text`, however wrong the offsets. */
export function segments(text: string, entities: Entity[]): Segment[] {
  const points = Array.from(text);
  const found = spans(entities, points.length);
  const cuts = new Set([0, points.length, ...found.flatMap((span) => [span.start, span.end])]);
  const edges = [...cuts].sort((a, b) => a - b);
  return edges.slice(1).map((end, i) => {
    const start = edges[i] as number;
    const covering = found.filter((span) => span.start <= start && end <= span.end);
    return { text: points.slice(start, end).join(""), entities: covering.map((span) => span.entity) };
  });
}

/** A name for people: `city`, or `city (departure)` when the entity has a role. */
export const entityLabel = (entity: Entity): string =>
  entity.role || entity.group
    ? `${entity.entity} (${[entity.role, entity.group].filter(Boolean).join(", ")})`
    : entity.entity;
