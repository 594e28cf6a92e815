import { useEffect, useRef } from "../../view/hooks.ts";

/** Keep the end in view as what is said grows, unless the reader has gone up to read. */
export function useTail() {
  const box = useRef<HTMLDivElement>(null);
  const said = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const note = (): void => {
    const { scrollHeight, scrollTop, clientHeight } = box.current as HTMLDivElement;
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < 80;
  };
  useEffect(() => {
    const follow = (): void => void (isAtEnd.current && box.current?.scrollTo({ top: box.current.scrollHeight }));
    const watcher = new ResizeObserver(follow);
    watcher.observe(said.current as HTMLDivElement);
    watcher.observe(box.current as HTMLDivElement);
    return () => watcher.disconnect();
  }, []);
  return { box, said, note };
}
