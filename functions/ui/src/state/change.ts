import { sentence } from "../api/call.ts";
import { complain, offerUndo } from "./toasts.ts";

/** Something that is done on the screen at once, then written, and can be taken back. */
export interface Change {
  /** What the toast says, and what it adds while that is true. */
  done: string;
  left?: string;
  show: () => void;
  hide: () => void;
  write: () => Promise<unknown>;
  unwrite: () => Promise<unknown>;
}

type Write = () => Promise<unknown>;

/** One after another: taking back must not overtake what it takes back. */
const waiting = new Set<Write>();
let writing: Promise<unknown> = Promise.resolve();
let unwritten = 0;

function run(show: () => void, write: Write, back: () => void, done: string): Write {
  const work: Write = () =>
    write()
      .catch((error) => {
        back();
        complain(`Not saved: ${done}. ${sentence(error)}`);
      })
      .then(() => unwritten--);
  unwritten++;
  waiting.add(work);
  show();
  writing = writing.then(() => waiting.delete(work) && work());
  return work;
}

/** What is sent when the page is left goes all at once, and may pass each other: the browser asks before. */
addEventListener("beforeunload", (event) => waiting.size > 0 && event.preventDefault());

/** Who leaves the page does not wait for answers: what was decided is sent at once. */
addEventListener("pagehide", () => {
  writing = Promise.all([writing, ...[...waiting].map((work) => work())]);
  waiting.clear();
});

export function make({ done, left = "", show, hide, write, unwrite }: Change): void {
  const work = run(show, write, hide, done);
  offerUndo(done + left, () => {
    // What is not sent yet needs no second request to be taken back.
    if (waiting.delete(work)) (hide(), unwritten--);
    else run(hide, unwrite, show, `Undo of “${done}”`);
  });
}

/** When everything that was decided until now is written. */
export const settled = (): Promise<unknown> => writing;

/** Whether the API knows of all that was decided. */
export const isWritten = (): boolean => unwritten === 0;
