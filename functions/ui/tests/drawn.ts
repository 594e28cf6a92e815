/** Draws on a page made for tests, and says what stands there. */
import { render } from "../src/view/draw.ts";
import { Element, reported } from "./page.ts";

/** Longer than an effect may wait for its frame. */
export const PAINTED_MS = 60;

export function drawn(wanted: unknown): Element {
  const box = new Element("main");
  render(wanted, box as never);
  return box;
}

export const shown = (box: Element): string => box.written.replaceAll("</>", ".").replace(/^<main>|\.$/g, "");

/** What was reported since one asked before. */
export const failures = (): string[] => reported.splice(0).map((one) => one.message);
