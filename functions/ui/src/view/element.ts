/** What JSX becomes, and what may stand in it. */

export type Component = (props: never) => unknown;

/** What is wanted: an element of the page, or what a component makes of its properties. A class, so that no JSON can be one. */
export class Wanted {
  constructor(
    readonly type: string | Component,
    readonly key: unknown,
    readonly props: Record<string, unknown>,
  ) {}
}

/** Several in the place of one. */
export const Fragment = ({ children }: { children?: unknown }): unknown => children;

export function h(type: string | Component, given: Record<string, unknown> | null, ...children: unknown[]): Wanted {
  const { key, ...props } = given ?? {};
  if (children.length > 0) props.children = children.length > 1 ? children : children[0];
  return new Wanted(type, key, props);
}

/** Null draws nothing, yet keeps its place among the others; a list is one place with places of its own. */
export function normal(one: unknown): Wanted | string | null {
  if (Array.isArray(one)) return h(Fragment, { children: one });
  if (one instanceof Wanted || typeof one === "string") return one;
  return typeof one === "number" ? String(one) : null;
}
