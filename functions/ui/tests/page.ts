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

export class Element extends Node {
  readonly childNodes: Node[] = [];
  readonly attributes: Record<string, string> = {};
  readonly heard: Record<string, Heard> = {};
  value = "";
  title = "";
  style = [];
  constructor(readonly tagName: string) {
    super();
  }
  get firstChild(): Node | null {
    return this.childNodes[0] ?? null;
  }
  override get written(): string {
    return `<${this.tagName}>${this.childNodes.map((one) => one.written).join("")}</>`;
  }
  insertBefore(node: Node, next: Node | null): void {
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

class SVGElement extends Element {}

Object.assign(globalThis, {
  SVGElement,
  document: {
    createElement: (name: string) => new Element(name),
    createElementNS: (_: string, name: string) => new SVGElement(name),
    createTextNode: (text: string) => new Node(text),
  },
  requestAnimationFrame: (work: () => void) => setTimeout(work),
  cancelAnimationFrame: clearTimeout,
  reportError: (error: unknown) => {
    throw error;
  },
});
