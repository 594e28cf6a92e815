/** Puts what is wanted of an element onto the page: handlers, attributes, and whatever is a property of the element itself. */

type Given = Record<string, unknown>;
type Work = (event: Event) => void;

/** When each event was first heard here, to tell whether who hears it now was there already. */
const heardAt = new WeakMap<Event, number>();
let moment = 0;

/** Hears one kind of event at one element. What is drawn while an event rises does not hear it: it is not meant. */
class Ear {
  readonly since = moment;
  constructor(public work: Work) {}

  handleEvent(event: Event): void {
    const at = heardAt.get(event) ?? moment++;
    heardAt.set(event, at);
    if (at >= this.since) this.work(event);
  }
}

const ears = new WeakMap<Element, Record<string, Ear>>();

function hear(node: Element, name: string, work: unknown): void {
  const known = ears.get(node) ?? {};
  ears.set(node, known);
  const ear = known[name];
  if (ear && work) ear.work = work as Work;
  else if (work) node.addEventListener(name, (known[name] = new Ear(work as Work)));
  else if (ear) {
    node.removeEventListener(name, ear);
    delete known[name];
  }
}

function paint({ style }: HTMLElement | SVGElement, wanted: Record<string, string> = {}): void {
  for (const name of [...style]) if (!(name in wanted)) style.removeProperty(name);
  for (const name in wanted) style.setProperty(name, wanted[name] as string);
}

/** Properties that read otherwise than they are written, or that null would not take away. */
const ATTRIBUTES = /^(aria-.*|width|height|href|list|form|tabIndex|download|rowSpan|colSpan|role|popover)$/;

function put(node: Element, name: string, value: unknown): void {
  const isAttribute = node instanceof SVGElement || ATTRIBUTES.test(name) || !(name in node);
  if (!isAttribute) (node as unknown as Given)[name] = value ?? "";
  else if (value === undefined || value === null || (value === false && name[4] !== "-")) node.removeAttribute(name);
  else node.setAttribute(name, String(value));
}

function set(node: HTMLElement | SVGElement, name: string, value: unknown): void {
  if (name === "children") return;
  if (name === "ref") Object.assign(value ?? {}, { current: node });
  else if (name === "style") paint(node, value as Record<string, string>);
  else if (name.startsWith("on")) hear(node, name.slice(2).toLowerCase(), value);
  else put(node, name, value);
}

/** What users change themselves: compared with what stands there now, and set when the choices stand inside. */
const LIVE = ["value", "checked"];

export function setProperties(node: HTMLElement | SVGElement, before: Given, now: Given): void {
  for (const name in { ...before, ...now })
    if (before[name] !== now[name] && !(LIVE.includes(name) && name in now)) set(node, name, now[name]);
}

export function setLive(node: Element, now: Given): void {
  for (const name of LIVE) {
    const isSo = now[name] === (node as unknown as Given)[name] && node.tagName !== "PROGRESS";
    if (now[name] !== undefined && !isSo) put(node, name, now[name]);
  }
}
