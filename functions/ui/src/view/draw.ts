/** Draws what components want, and changes on the page only what differs from before. */
import { forget, guarded } from "../state/signal.ts";
import { Fragment, normal } from "./element.ts";
import type { Wanted } from "./element.ts";
import { afterLayout, afterPaint, drawn, forgetAll, newMemory, plan, remembering } from "./hooks.ts";
import type { Memory } from "./hooks.ts";
import { setLive, setProperties } from "./properties.ts";

/** Something wanted that is on the page now. */
interface Spot {
  wanted: Wanted | string;
  parent: Spot | null;
  depth: number;
  kids: (Spot | null)[];
  /** Of texts and elements; components and fragments have but those of their kids. */
  node: HTMLElement | SVGElement | Text | null;
  memory: Memory | null;
  isStale: boolean;
  isGone?: boolean;
}

const SVG = "http://www.w3.org/2000/svg";

const typeOf = (one: Wanted | string): unknown => (typeof one === "string" ? "" : one.type);
const keyOf = (one: Wanted | string | null | undefined): unknown => (typeof one === "object" ? one?.key : undefined);
const isLike = (spot: Spot, one: Wanted | string): boolean =>
  typeOf(spot.wanted) === typeOf(one) && keyOf(spot.wanted) === keyOf(one);

const isSame = (a: object, b: object): boolean =>
  Object.keys({ ...a, ...b }).every((name) => a[name as never] === b[name as never]);

/* Where nodes stand. */

/** The last node of a spot, with everything in it. */
const lastNode = (spot: Spot | null): Node | null =>
  spot && (spot.node ?? spot.kids.reduceRight<Node | null>((found, kid) => found ?? lastNode(kid), null));

/** The node that stands before a spot in the same element. */
function nodeBefore(spot: Spot): Node | null {
  const { parent } = spot;
  if (!parent) return null;
  for (let i = parent.kids.indexOf(spot) - 1; i >= 0; i--) {
    const found = lastNode(parent.kids[i] as Spot | null);
    if (found) return found;
  }
  return parent.node ? null : nodeBefore(parent);
}

const boxOf = (spot: Spot): Element => (spot.parent?.node as Element | null | undefined) ?? boxOf(spot.parent as Spot);

/** Bring the nodes of a spot to where `next` stands, moving none that is there; returns what stands behind them. */
function place(spot: Spot, box: Element, next: Node | null): Node | null {
  const { node } = spot;
  if (!node) return spot.kids.reduce((after, kid) => (kid ? place(kid, box, after) : after), next);
  if (node === next || (next && node === next.nextSibling)) return node.nextSibling;
  box.insertBefore(node, next);
  return next;
}

/* What becomes of each. */

/** Those that are there already and are wanted again: by their key, in turn where several have it, or by their place where they have none. */
function known(kids: (Spot | null)[], wanted: (Wanted | string | null)[]): (Spot | null)[] {
  const keyed = new Map<unknown, Spot[]>();
  for (const kid of kids) {
    const key = keyOf(kid?.wanted);
    if (key !== undefined) keyed.set(key, [...(keyed.get(key) ?? []), kid as Spot]);
  }
  return wanted.map((one, i) => {
    const key = keyOf(one);
    const spot = key === undefined ? kids[i] : keyed.get(key)?.shift();
    return one !== null && spot && isLike(spot, one) ? spot : null;
  });
}

/** What cannot be drawn is reported and leaves its place empty: its neighbours are drawn, and so is it when it is wanted again. */
function tried(parent: Spot, found: Spot | null, wanted: Wanted | string): Spot | null {
  const spot = found ?? begun(wanted, parent);
  const done = guarded(() => redone(spot, wanted));
  if (!done) remove(spot);
  return done ?? null;
}

function fill(spot: Spot, inside: unknown): void {
  const wanted = (Array.isArray(inside) ? inside : [inside]).map(normal);
  const found = known(spot.kids, wanted);
  const kept = new Set(found);
  for (const kid of spot.kids) if (kid && !kept.has(kid)) remove(kid);
  spot.kids = wanted.map((one, i) => (one === null ? null : tried(spot, found[i] as Spot | null, one)));
}

function begun(wanted: Wanted | string, parent: Spot): Spot {
  const spot: Spot = { wanted: "", parent, depth: parent.depth + 1, kids: [], node: null, memory: null, isStale: true };
  if (typeof wanted === "string") spot.node = document.createTextNode(wanted);
  else if (typeof wanted.type === "string") {
    const isDrawing = wanted.type === "svg" || boxOf(spot) instanceof SVGElement;
    spot.node = isDrawing ? document.createElementNS(SVG, wanted.type) : document.createElement(wanted.type);
  } else if (wanted.type !== Fragment) spot.memory = newMemory(() => wake(spot));
  return spot;
}

/** Make of a spot what is wanted now. */
function redone(spot: Spot, wanted: Wanted | string): Spot {
  const { wanted: before, isStale } = spot;
  if (before === wanted && !isStale) return spot;
  Object.assign(spot, { wanted, isStale: false });
  if (typeof wanted === "string") (spot.node as Text).data = wanted;
  else if (spot.node) element(spot.node as HTMLElement, spot, typeof before === "string" ? {} : before.props);
  else if (isStale || !isSpared(spot, before)) compose(spot);
  return spot;
}

function element(node: HTMLElement | SVGElement, spot: Spot, before: Record<string, unknown>): void {
  const { props } = spot.wanted as Wanted;
  setProperties(node, before, props);
  fill(spot, props.children);
  spot.kids.reduce<Node | null>((next, kid) => (kid ? place(kid, node, next) : next), node.firstChild);
  setLive(node, props);
}

/** What draws with signals is drawn again for them, for its own state, or for other properties: not because its parent is. */
const isSpared = ({ memory, wanted }: Spot, before: Wanted | string): boolean =>
  memory !== null && memory.reader.reads.size > 0 && isSame((before as Wanted).props, (wanted as Wanted).props);

function compose(spot: Spot): void {
  const { type, props } = spot.wanted as Wanted;
  const work = (): unknown => (type as (props: unknown) => unknown)(props);
  const { memory } = spot;
  fill(spot, memory ? remembering(memory, work) : work());
  if (memory) drawn(memory);
}

function leave(spot: Spot): void {
  spot.isGone = true;
  if (spot.memory) {
    forget(spot.memory.reader);
    forgetAll(spot.memory);
  }
  const ref =
    typeof spot.wanted === "object" && spot.node
      ? (spot.wanted.props.ref as { current: unknown } | null | undefined)
      : undefined;
  if (ref?.current === spot.node) ref.current = null;
  for (const kid of spot.kids) if (kid) leave(kid);
}

function pull(spot: Spot): void {
  if (spot.node) spot.node.remove();
  else for (const kid of spot.kids) if (kid) pull(kid);
}

function remove(spot: Spot): void {
  leave(spot);
  pull(spot);
}

/* When. */

const waiting: Spot[] = [];

function wake(spot: Spot): void {
  if (spot.isStale || spot.isGone) return;
  spot.isStale = true;
  if (waiting.push(spot) === 1) queueMicrotask(flush);
}

function again(spot: Spot): void {
  const box = boxOf(spot);
  const before = nodeBefore(spot);
  spot.isStale = false;
  compose(spot);
  place(spot, box, before ? before.nextSibling : box.firstChild);
}

/** Draw anew whatever waits for it, parents first: their kids may be drawn with them. */
function flush(): void {
  afterPaint();
  const all = waiting.splice(0).sort((a, b) => a.depth - b.depth);
  for (const spot of all) guarded(() => spot.isStale && !spot.isGone && again(spot));
  afterLayout();
  plan();
}

/** Draw into an empty element of the page. */
export function render(wanted: unknown, box: HTMLElement): void {
  const root: Spot = { wanted: "", parent: null, depth: 0, kids: [], node: box, memory: null, isStale: false };
  fill(root, wanted);
  root.kids.reduce<Node | null>((next, kid) => (kid ? place(kid, box, next) : next), null);
  afterLayout();
  plan();
}
