import { sentence } from "../api/call.ts";
import { complain, offerUndo } from "./toasts.ts";

/** Something that is done on the screen at once, then written, and can be taken back. */
export interface Change {
  /** What the toast says. */
  done: string;
  show: () => void;
  hide: () => void;
  write: () => Promise<unknown>;
  unwrite: () => Promise<unknown>;
}

type Write = () => Promise<unknown>;

/** One after another: taking back must not overtake what it takes back. */
const waiting = new Set<Write>();
let writing: Promise<unknown> = Promise.resolve();

function run(show: () => void, write: Write, back: () => void): Write {
  const work: Write = () =>
    write().catch((error) => {
      back();
      complain(`That was not saved. ${sentence(error)}`);
    });
  show();
  waiting.add(work);
  writing = writing.then(() => waiting.delete(work) && work());
  return work;
}

/** Who leaves the page does not wait for answers: what was decided is sent at once. */
addEventListener("pagehide", () => {
  writing = Promise.all([writing, ...[...waiting].map((work) => work())]);
  waiting.clear();
});

export function make({ done, show, hide, write, unwrite }: Change): void {
  const work = run(show, write, hide);
  // What is not sent yet needs no second request to be taken back.
  offerUndo(done, () => void (waiting.delete(work) ? hide() : run(hide, unwrite, show)));
}

/** When everything that was decided until now is written. */
export const settled = (): Promise<unknown> => writing;
