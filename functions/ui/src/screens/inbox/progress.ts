import { signal } from "../../state/signal.ts";
import { session } from "../../state/token.ts";

const today = (): string => new Date().toDateString();
const key = (): string => `parlance.done.${session.value?.username ?? ""}`;

function read(): number {
  const [day, count] = (localStorage.getItem(key()) ?? "").split("|");
  return day === today() ? Number(count) : 0;
}

/** How many texts one has decided on today, in this browser. */
export const doneToday = signal(read());

export function countDone(by: number): void {
  doneToday.value = Math.max(0, read() + by);
  localStorage.setItem(key(), `${today()}|${doneToday.value}`);
}
