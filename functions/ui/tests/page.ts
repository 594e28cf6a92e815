/** As much of a browser's page as drawing needs, and a note of every node that was moved. */

type Heard = { handleEvent: (event: object) => void };

class Node {
  parentNode: Element | null = null;
  constructor(public data = "") {}
  get nextSibling(): Node | null {
    const beside = this.parentNode?.childNodes ?? [];
    return beside[beside.indexOf(this) + 1] ?? null;
  }
  get written(): string {
    return this.data;
  }
  remove(): void {
    const beside = this.parentNode?.childNodes;
    beside?.splice(beside.indexOf(this), 1);
    this.parentNode = null;
  }
}

export const moved: Node[] = [];

/** What was thrown where nobody could catch it. */
export const reported: Error[] = [];

class Style extends Map<string, string> {
  override [Symbol.iterator](): never {
    return this.keys() as never;
  }
  setProperty(name: string, value: string): void {
    this.set(name, value);
  }
  removeProperty(name: string): void {
    this.delete(name);
  }
}

export class Element extends Node {
  readonly childNodes: Node[] = [];
  readonly attributes: Record<string, string> = {};
  readonly heard: Record<string, Heard> = {};
  title = "";
  checked = false;
  readonly style = new Style();
  private held = "";
  constructor(readonly tagName: string) {
    super();
  }
  get value(): string {
    return this.held;
  }
  /** Of a choice, only what can be chosen. */
  set value(wanted: string) {
    const isThere = this.childNodes.some((one) => (one as Element).value === wanted);
    if (this.tagName !== "select" || isThere) this.held = wanted;
  }
  get firstChild(): Node | null {
    return this.childNodes[0] ?? null;
  }
  override get written(): string {
    return `<${this.tagName}>${this.childNodes.map((one) => one.written).join("")}</>`;
  }
  insertBefore(node: Node, next: Node | null): void {
    if (next && next.parentNode !== this) throw new Error("NotFoundError");
    if (node.parentNode) moved.push(node);
    node.remove();
    this.childNodes.splice(next ? this.childNodes.indexOf(next) : this.childNodes.length, 0, node);
    node.parentNode = this;
  }
  setAttribute(name: string, value: string): void {
    this.attributes[name] = value;
  }
  removeAttribute(name: string): void {
    delete this.attributes[name];
  }
  addEventListener(name: string, heard: Heard): void {
    this.heard[name] = heard;
  }
  removeEventListener(name: string): void {
    delete this.heard[name];
  }
}

export class SVGElement extends Element {}

Object.assign(globalThis, {
  SVGElement,
  document: {
    createElement: (name: string) => new Element(name),
    createElementNS: (_: string, name: string) => new SVGElement(name),
    createTextNode: (text: string) => new Node(text),
  },
  requestAnimationFrame: (work: () => void) => setTimeout(work),
  cancelAnimationFrame: clearTimeout,
  reportError: (error: Error) => reported.push(error),
});
