import { effect, signal } from "./signal.ts";
import { session } from "./token.ts";

/** What the API pushes: that something changed, never what anybody said (docs/api.md, "Live updates"). */
export interface Frame {
  name: string;
  data: Record<string, unknown>;
}

/** Whether the API pushes now; until then, and where it cannot, screens ask again and again. */
export const isLive = signal(false);

const listeners = new Set<(frame: Frame) => void>();

/** Hear every frame, until what is returned is called. A first one named `connected` says that some may have been missed. */
export function listen(hear: (frame: Frame) => void): () => void {
  listeners.add(hear);
  return () => void listeners.delete(hear);
}

/** Idle connections are cut after ten minutes. */
const KEEP_MS = 240_000;
const AGAIN_MS = 2_000;
const MOST_MS = 300_000;

/** Be connected as whoever `token` says; when the connection ends, again after a while, and later each time. */
function connect(token: string): () => void {
  let socket: WebSocket | null = null;
  let wait = AGAIN_MS;
  let timer = 0;
  const open = (): void => {
    const mine = (socket = new WebSocket(`${location.origin.replace("http", "ws")}/api/ws`));
    mine.onopen = () => mine.send(JSON.stringify({ Authorization: `Bearer ${token}` }));
    mine.onmessage = ({ data }) => {
      const frame = JSON.parse(data) as Frame;
      if (frame.name === "connected") [isLive.value, wait] = [true, AGAIN_MS];
      listeners.forEach((hear) => hear(frame));
    };
    mine.onclose = () => {
      if (mine !== socket) return;
      isLive.value = false;
      timer = window.setTimeout(open, wait);
      wait = Math.min(wait * 2, MOST_MS);
    };
  };
  const keep = setInterval(() => isLive.value && socket?.send("{}"), KEEP_MS);
  open();
  return () => {
    clearTimeout(timer);
    clearInterval(keep);
    const last = socket;
    [socket, isLive.value] = [null, false];
    last?.close();
  };
}

effect(() => (session.value ? connect(session.value.token) : undefined));
