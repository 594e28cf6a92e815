/** What src/view draws is what Preact draws: the same page after every step, the same nodes kept, the same effects begun and ended. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Window } from "happy-dom";
import * as preact from "preact";
import * as preactHooks from "preact/hooks";
import { Lot, changed, kids } from "./trees.ts";
import type { Tree } from "./trees.ts";

const window = new Window();
for (const name of ["document", "SVGElement", "Text"])
  Object.assign(globalThis, { [name]: window[name as "document"] });
// Every browser's style can be gone through; happy-dom's cannot.
Object.assign(window.CSSStyleDeclaration.prototype, {
  *[Symbol.iterator](this: CSSStyleDeclaration) {
    for (let i = 0; i < this.length; i++) yield this.item(i);
  },
});
Object.assign(globalThis, {
  requestAnimationFrame: setImmediate,
  cancelAnimationFrame: clearImmediate,
  reportError: (error: unknown) => {
    throw error;
  },
});
preact.options.requestAnimationFrame = setImmediate;

const { render } = await import("../src/view/draw.ts");
const { Fragment, h } = await import("../src/view/element.ts");
const hooks = await import("../src/view/hooks.ts");

type Make = (type: unknown, props: Record<string, unknown> | null, ...kids: unknown[]) => unknown;
type Hooks = Pick<typeof hooks, "useState" | "useEffect" | "useLayoutEffect" | "useRef">;

interface Library {
  h: Make;
  Fragment: unknown;
  hooks: Hooks;
  render: (wanted: unknown, box: HTMLElement) => void;
}

const OURS = { h, Fragment, hooks, render } as unknown as Library;
const PREACT = { ...preact, hooks: preactHooks } as unknown as Library;

const KINDS = 3;

/** What an element does not have, or has as an empty text: that is the same. */
const EMPTY = /^(id|title|lang|placeholder|style)$/;

/** One of the two, with a page of its own. */
class Side {
  readonly box = window.document.createElement("main");
  readonly told: string[] = [];
  /** Numbers of the elements, in the order in which they were first seen: alike on both sides if the same ones were kept. */
  private readonly seen = new Map<unknown, number>();
  private readonly pokes = new Map<string, (state: number) => void>();
  private readonly kinds: unknown[];
  private born = 0;
  private draw: (tree: Tree) => void = () => undefined;

  constructor(
    private readonly library: Library,
    tree: Tree,
  ) {
    window.document.body.append(this.box);
    this.kinds = [...Array(KINDS).keys()].map((kind) => this.component(kind));
    const Root = () => {
      const [now, set] = library.hooks.useState(tree);
      this.draw = set;
      return this.made(now);
    };
    library.render(library.h(Root, null), this.box as never);
  }

  /** A component that remembers, has effects, and returns something else in every state. */
  private component(kind: number) {
    const { useEffect, useLayoutEffect, useRef, useState } = this.library.hooks;
    return ({ n, children }: { n: number; children?: unknown }) => {
      const [state, set] = useState(0);
      const name = useRef("");
      name.current ||= `${kind}:${this.born++}`;
      const box = useRef<HTMLElement>(null);
      this.pokes.set(name.current, set);
      useEffect(() => this.noted(`effect ${n}`), [n]);
      useEffect(() => this.noted("always"));
      useLayoutEffect(() => this.noted(`layout ${state} ${box.current?.tagName}`), [state]);
      useEffect(() => () => void this.pokes.delete(name.current), []);
      if (state === 1) return null;
      if (state === 2) return `state ${n}`;
      if (state === 3) return this.library.h(this.library.Fragment, null, children, "!");
      return state === 4 ? children : this.library.h("section", { ref: box, "data-n": n }, children, state);
    };
  }

  private noted(what: string): () => void {
    this.told.push(what);
    return () => this.told.push(`end ${what}`);
  }

  private made(tree: Tree): unknown {
    if (!("kids" in tree)) return tree.value;
    const inner = tree.kids.map((kid) => this.made(kid));
    if (tree.is === "list") return inner;
    const key = tree.key === undefined ? {} : { key: tree.key };
    const { h, Fragment } = this.library;
    if (tree.is === "fragment") return h(Fragment, key, ...inner);
    if (tree.is === "component") return h(this.kinds[tree.kind], { ...key, ...tree.values }, ...inner);
    const { onClick, ...values } = tree.values;
    const handler = "onClick" in tree.values ? { onClick: onClick && (() => this.told.push(`click ${onClick}`)) } : {};
    return h(tree.tag, { ...key, ...values, ...handler }, ...inner);
  }

  show(tree: Tree): void {
    this.draw(tree);
  }

  poke(place: number, state: number): void {
    const names = [...this.pokes.keys()].sort();
    this.pokes.get(names[place % names.length] as string)?.(state);
  }

  click(place: number): void {
    const all = [...this.box.querySelectorAll("*")];
    all[place % all.length]?.dispatchEvent(new window.Event("click", { bubbles: true }));
  }

  type(place: number): void {
    const all = [...this.box.querySelectorAll("input")];
    const field = all[place % all.length];
    if (field?.type === "checkbox") field.checked = !field.checked;
    else if (field) field.value = "typed";
  }

  get written(): string {
    return [...this.box.childNodes].map((node) => this.node(node as never)).join("");
  }

  private node(node: HTMLInputElement): string {
    if (node.nodeType === 3) return JSON.stringify((node as unknown as Text).data);
    if (!this.seen.has(node)) this.seen.set(node, this.seen.size);
    const attributes = [...node.attributes].filter(({ value, name }) => value || !EMPTY.test(name));
    const told = attributes.map(({ name, value }) => `${name}=${value}`).sort();
    const live = node.tagName === "INPUT" ? [node.value, node.checked, node.disabled] : [];
    const inner = [...node.childNodes].map((kid) => this.node(kid as never)).join("");
    return `<${[node.tagName, this.seen.get(node), node.namespaceURI?.slice(-3), ...told, ...live].join(" ")}>${inner}</>`;
  }
}

const SEEDS = 100;
const STEPS = 8;

/** All that waits for a frame has been done. */
const settled = async (): Promise<void> => {
  for (const wait of [setImmediate, setImmediate, setTimeout]) await new Promise((done) => void wait(done));
};

const counted = (told: string[]): string[] => told.splice(0).sort();

async function compare(seed: number): Promise<void> {
  const lot = new Lot(seed);
  const depth = seed % 4 ? 2 : 3;
  let tree: Tree = { is: "fragment", kids: kids(lot, depth) };
  const sides = [new Side(OURS, tree), new Side(PREACT, tree)] as const;
  const all = (work: (side: Side) => void): void => sides.forEach(work);
  for (let step = 0; step <= STEPS; step++) {
    await settled();
    const [ours, preacts] = sides;
    const at = `seed ${seed}, step ${step}`;
    assert.equal(ours.written, preacts.written, at);
    assert.deepEqual(counted(ours.told), counted(preacts.told), at);
    const [what, place, state] = [lot.under(6), lot.under(1000), lot.under(5)];
    if (what === 0) all((side) => side.poke(place, state));
    else if (what === 1) all((side) => side.click(place));
    else if (what === 2) all((side) => side.type(place));
    else tree = changed(lot, tree, depth);
    if (what > 2) all((side) => side.show(tree));
  }
}

test("trees drawn by lot and changed by lot are drawn as Preact draws them", async () => {
  for (let seed = 1; seed <= SEEDS; seed++) await compare(seed);
});
