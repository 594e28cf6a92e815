import type { RasaEvent } from "./events.ts";

type Test = (event: RasaEvent) => boolean;

const isAction: Test = (event) => event.event === "action";
const isUser: Test = (event) => event.event === "user";
const isLoop: Test = (event) => event.event === "active_loop" || event.event === "form";
const isUnwound: Test = (event) => ["action", "user", "user_featurization"].includes(event.event);

function undoTill(done: RasaEvent[], test: Test): void {
  while (done.length > 0) if (test(done.pop() as RasaEvent)) return;
}

/** True when the loop starts, or when it comes back from another path: then its run is kept. */
function isFreshLoopRun(name: string, done: RasaEvent[]): boolean {
  let following: string | null = null;
  for (const event of done.toReversed()) {
    if (isLoop(event) && !event.name) return true;
    if (event.event === "action_execution_rejected" && event.name === name) return true;
    if (isUser(event) && following !== null && following !== name) return true;
    if (isAction(event) && event.name === name) return false;
    if (isAction(event)) following = event.name ?? null;
  }
  return true;
}

/** Take back what happened since the loop's last run, but keep the slots that it filled. */
function undoLoopRun(name: string, done: RasaEvent[]): void {
  const last = done.findLastIndex((event) => isAction(event) && event.name === name);
  const kept = done.slice(last + 1).filter((event) => !isUnwound(event));
  done.splice(last + 1, done.length, ...kept);
}

/**
 * The events that still count after restarts, rewinds and repeated form runs: Rasa's own `applied_events`
 * (rasa/shared/core/trackers.py), so that slots and stories are those that its policies saw.
 */
export function appliedEvents(events: readonly RasaEvent[]): RasaEvent[] {
  const loops = new Set(events.filter((event) => isLoop(event) && event.name).map((event) => event.name));
  const done: RasaEvent[] = [];
  for (const event of events) {
    if (event.event === "restart" || event.event === "session_started") done.length = 0;
    else if (event.event === "undo") undoTill(done, isAction);
    else if (event.event === "rewind") {
      undoTill(done, isUser);
      undoTill(done, isAction);
    } else if (isAction(event) && event.name && loops.has(event.name) && !isFreshLoopRun(event.name, done)) {
      undoLoopRun(event.name, done);
    } else done.push(event);
  }
  return done;
}
