import type { BotReply } from "./events.ts";
import type { Turn } from "./fold.ts";

/** A message that was sent and is not yet in the tracker. */
export interface Exchange {
  key: string;
  text: string;
  /** `late`: nobody knows whether the bot got it; the tracker will tell. */
  state: "sending" | "answered" | "late" | "failed";
  replies: BotReply[];
  error: string;
  /** How many user messages came before it: with more in the tracker, it has arrived there. */
  after: number;
}

export const spoken = (turns: readonly Turn[]): number => turns.filter((turn) => turn.user).length;

/** Those that the tracker does not show yet. A message that never left waits for its sender, whatever else arrives. */
export function unsettled(exchanges: readonly Exchange[], turns: readonly Turn[]): Exchange[] {
  const arrived = spoken(turns);
  return exchanges.filter((one) => one.state === "failed" || arrived <= one.after);
}

/** What arrow-up brings back, newest last: everything said here, the same thing twice in a row only once. */
export function sayings(turns: readonly Turn[], waiting: readonly Exchange[]): string[] {
  const said = [...turns.flatMap((turn) => (turn.user ? [turn.user.text] : [])), ...waiting.map((one) => one.text)];
  return said.filter((text, i) => text !== "" && text !== said[i - 1]);
}

/** Another name for a test user: nobody has talked under it before. */
export const anotherUser = (username: string, random: () => number = Math.random): string =>
  `${username}-${Math.floor(random() * 0x100000)
    .toString(16)
    .padStart(5, "0")}`;
