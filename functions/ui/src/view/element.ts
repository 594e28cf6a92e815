/** What JSX becomes, and what may stand in it. */

export type Component = (props: never) => unknown;

/** What is wanted: an element of the page, or what a component makes of its properties. */
export interface Wanted {
  type: string | Component;
  key: unknown;
  props: Record<string, unknown>;
}

/** Several in the place of one. */
export const Fragment = ({ children }: { children?: unknown }): unknown => children;

export function h(type: string | Component, given: Record<string, unknown> | null, ...children: unknown[]): Wanted {
  const { key, ...props } = given ?? {};
  if (children.length > 0) props.children = children.length > 1 ? children : children[0];
  return { type, key, props };
}

/** Null draws nothing, yet keeps its place among the others; a list is one place with places of its own. */
export function normal(one: unknown): Wanted | string | null {
  if (one === null || one === undefined || typeof one === "boolean") return null;
  if (Array.isArray(one)) return { type: Fragment, key: undefined, props: { children: one } };
  return typeof one === "object" ? (one as Wanted) : String(one);
}
