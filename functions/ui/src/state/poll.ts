/** Run `work` again and again while the page is visible: never twice at once, more rarely while it fails. */
export function poll(work: () => Promise<unknown>, everyMs: number): () => void {
  let timer = 0;
  let failures = 0;
  let isStopped = false;
  let isRunning = false;

  async function run(): Promise<void> {
    if (isStopped || isRunning) return;
    clearTimeout(timer);
    isRunning = true;
    if (!document.hidden)
      await work().then(
        () => (failures = 0),
        () => (failures += 1),
      );
    isRunning = false;
    if (!isStopped) timer = window.setTimeout(run, everyMs * Math.min(2 ** failures, 8));
  }

  const wake = (): void => {
    if (!document.hidden) void run();
  };
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  void run();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", wake);
    removeEventListener("online", wake);
  };
}
