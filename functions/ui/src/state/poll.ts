import { isLive, listen } from "./live.ts";

/** While the API pushes, what was missed is still asked for now and then. */
const REST_MS = 30_000;

/** Call `work` when the page is looked at again, or the network is back. */
function onReturn(work: () => void): () => void {
  document.addEventListener("visibilitychange", work);
  addEventListener("online", work);
  return () => {
    document.removeEventListener("visibilitychange", work);
    removeEventListener("online", work);
  };
}

/**
 * Run `work` again and again while the page is visible: never twice at once, more rarely while it fails.
 * Where the API pushes frames of these `names` it waits for them instead, and still runs at most every `everyMs`.
 */
export function poll(work: () => Promise<unknown>, everyMs: number, names: readonly string[] = []): () => void {
  let [timer, failures, last] = [0, 0, 0];
  let [isStopped, isRunning, isDue] = [false, false, false];

  function schedule(): void {
    clearTimeout(timer);
    if (isStopped || isRunning) return;
    const isWaiting = names.length > 0 && isLive.value && !isDue;
    const pause = Math.max(everyMs, isWaiting ? REST_MS : 0) * Math.min(2 ** failures, 8);
    timer = window.setTimeout(run, pause - (isDue ? Date.now() - last : 0));
  }

  async function run(): Promise<void> {
    if (isStopped || isRunning) return;
    [isRunning, isDue, last] = [true, false, Date.now()];
    if (!document.hidden)
      await work().then(
        () => (failures = 0),
        () => (failures += 1),
      );
    isRunning = false;
    schedule();
  }

  const ends = [
    isLive.subscribe(schedule),
    onReturn(() => void (document.hidden || run())),
    listen(({ name }) => {
      isDue ||= name === "connected" || names.includes(name);
      if (isDue) schedule();
    }),
  ];
  void run();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    ends.forEach((end) => end());
  };
}
