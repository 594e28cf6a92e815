/** Trees drawn by lot, and steps that change them: data that two libraries can be asked to draw. */

/** Numbers that look like chance and are the same for the same seed (mulberry32). */
export class Lot {
  constructor(private seed: number) {}

  /** From 0 to below `end`. */
  under(end: number): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  }

  one<T>(from: readonly T[]): T {
    return from[this.under(from.length)] as T;
  }

  shuffled<T>(all: readonly T[]): T[] {
    const left = [...all];
    return all.map(() => left.splice(this.under(left.length), 1)[0] as T);
  }
}

export type Values = Record<string, unknown>;

export type Tree =
  | { is: "nothing"; value: null | undefined | boolean }
  | { is: "text"; value: string | number }
  | { is: "list"; kids: Tree[] }
  | { is: "fragment"; key?: string; kids: Tree[] }
  | { is: "element"; key?: string; tag: string; values: Values; kids: Tree[] }
  | { is: "component"; key?: string; kind: number; values: Values; kids: Tree[] };

/**
 * What each place among kids without keys may be, besides nothing. No two are alike, and all lists have as many: where kids move,
 * Preact looks for one at other places by rules of its own, and src/view at its own only; who wants one followed gives it a key.
 */
const PLACES = ["div", "p", "list", "component 0", "text", "em", "component 1", "span"];
const KEYED = ["li", "b", "component 2", "fragment", "input", "svg"];
const DRAWN = ["g", "circle", "path"];

const VALUES: Record<string, readonly unknown[]> = {
  id: ["one", "two", undefined, null],
  class: ["a", "a b", "", null, undefined],
  title: ["t", "", undefined, null],
  hidden: [true, false, undefined],
  tabIndex: [0, -1, undefined],
  role: ["list", null, undefined],
  lang: ["en", "ar", undefined],
  "aria-busy": [true, false, undefined],
  "aria-label": ["named", "", null],
  "data-of": ["x", 7, false, undefined],
  style: [{ color: "red" }, { color: "blue", "--w": "2px" }, { width: "3px" }, undefined],
  onClick: ["on", "off", undefined],
};
const FIELD: Record<string, readonly unknown[]> = {
  type: ["text"],
  value: ["", "a", "b"],
  disabled: [true, false, undefined],
  placeholder: ["p", "", undefined],
  maxLength: [5, 9],
};
const BOX = { type: ["checkbox"], checked: [true, false], disabled: [true, false, undefined] };
const DRAWING = {
  class: ["a", undefined],
  d: ["M0 0", "M1 1", null],
  width: [10, "2em", undefined],
  "aria-hidden": [true],
};

function values(lot: Lot, among: Record<string, readonly unknown[]>, often = 3): Values {
  const names = Object.keys(among).filter((name) => name === "type" || lot.under(often) === 0);
  return Object.fromEntries(names.map((name) => [name, lot.one(among[name] as unknown[])]));
}

const numberOf = (kind: string): number => Number(kind.split(" ")[1]);

const nothing = (lot: Lot): Tree => ({ is: "nothing", value: lot.one([null, undefined, true, false]) });

function made(lot: Lot, what: string, depth: number, key?: string): Tree {
  const named = key === undefined ? {} : { key };
  if (what === "text") return { is: "text", value: lot.one(["", "x", "y & z", 0, 12]) };
  if (what === "list") return { is: lot.one(["list", "fragment"]), kids: kids(lot, depth - 1) };
  if (what === "fragment") return { is: "fragment", ...named, kids: kids(lot, depth - 1) };
  if (what.startsWith("component"))
    return { is: "component", ...named, kind: numberOf(what), values: { n: lot.under(3) }, kids: kids(lot, depth - 1) };
  if (what === "svg") return { is: "element", ...named, tag: "svg", values: values(lot, DRAWING), kids: drawing(lot) };
  if (what === "input")
    return { is: "element", ...named, tag: "input", values: values(lot, Number(key) % 2 ? BOX : FIELD, 2), kids: [] };
  return { is: "element", ...named, tag: what, values: values(lot, VALUES), kids: kids(lot, depth - 1) };
}

const drawing = (lot: Lot): Tree[] =>
  DRAWN.map((tag) => (lot.under(2) ? { is: "element", tag, values: values(lot, DRAWING, 2), kids: [] } : nothing(lot)));

/** A list of those with keys, in any order, with others between them. A key always is of one kind. */
function keyed(lot: Lot, depth: number): Tree[] {
  const chosen = lot.shuffled([...Array(9).keys()]).slice(0, lot.under(9));
  return chosen.map((key) => made(lot, KEYED[key % KEYED.length] as string, depth, String(key)));
}

const placed = (lot: Lot, depth: number): Tree[] =>
  PLACES.map((what) => (depth <= 0 || lot.under(3) === 0 ? nothing(lot) : made(lot, what, depth)));

export function kids(lot: Lot, depth: number): Tree[] {
  if (depth <= 0) return lot.under(2) ? [] : [{ is: "text", value: lot.one(["leaf", "other", 3]) }];
  return lot.under(2) ? keyed(lot, depth) : placed(lot, depth);
}

/** The same tree, somewhere a little different. */
export function changed(lot: Lot, tree: Tree, depth: number): Tree {
  if (!("kids" in tree) || tree.kids.length === 0 || lot.under(4) === 0) return again(lot, tree, depth);
  const place = lot.under(tree.kids.length);
  return { ...tree, kids: tree.kids.map((kid, i) => (i === place ? changed(lot, kid, depth - 1) : kid)) };
}

function again(lot: Lot, tree: Tree, depth: number): Tree {
  if (!("kids" in tree)) return tree.is === "text" ? made(lot, "text", depth) : tree;
  const isKeyed = tree.kids.some((kid) => "key" in kid);
  if (isKeyed && lot.under(2)) return { ...tree, kids: lot.shuffled(tree.kids).slice(lot.under(2)) };
  if (tree.is === "element" && tree.tag === "svg") return { ...tree, kids: drawing(lot) };
  if (tree.is === "element" && tree.tag === "input")
    return { ...tree, values: values(lot, tree.values["type"] === "text" ? FIELD : BOX, 2) };
  if (tree.is === "element" && lot.under(2))
    return { ...tree, values: values(lot, DRAWN.includes(tree.tag) ? DRAWING : VALUES) };
  if (tree.is === "component" && lot.under(2)) return { ...tree, values: { n: lot.under(3) } };
  return { ...tree, kids: kids(lot, depth) };
}
