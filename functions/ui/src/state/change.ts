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

/** One after another: taking back must not overtake what it takes back. */
let writing: Promise<unknown> = Promise.resolve();

function run(show: () => void, write: () => Promise<unknown>, back: () => void): void {
  show();
  writing = writing.then(write).catch((error) => {
    back();
    complain(`That was not saved. ${sentence(error)}`);
  });
}

export function make(change: Change): void {
  run(change.show, change.write, change.hide);
  offerUndo(change.done, () => run(change.hide, change.unwrite, change.show));
}

/** When everything that was decided until now is written. */
export const settled = (): Promise<unknown> => writing;
