import { useEffect, useState } from "../../view/hooks.ts";
import { call, sentence } from "../../api/call.ts";
import type { Part, Turn } from "../../model/fold.ts";
import { Blank, Waiting as Loading } from "../../parts/blank.tsx";
import { BotMessage } from "../../parts/bot.tsx";
import type { Choose } from "../../parts/bot.tsx";
import { open, refreshDetail, turns } from "../../state/detail.ts";
import { poll } from "../../state/poll.ts";
import { drop, send, waiting } from "../../state/talk.ts";
import { enter, session } from "../../state/token.ts";
import { Composer } from "./composer.tsx";
import { useTail } from "./tail.ts";
import { Waiting } from "./waiting.tsx";

const NEWS_MS = 1_000;

interface Entry {
  link: string;
  access_token: string;
  conversation_id: string;
  bot_name?: string;
  description?: string;
}

const KEY = "parlance.guest";

/** The guest's conversation goes on when the page is loaded again, as long as the tab is open. */
function known(link: string): Entry | null {
  const entry = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Entry | null;
  return entry?.link === link ? entry : null;
}

async function admit(link: string): Promise<Entry> {
  const { data } = await call<Entry>("/auth/jwt", { method: "POST", body: { chat_token: link } });
  const entry = { ...data, link };
  sessionStorage.setItem(KEY, JSON.stringify(entry));
  return entry;
}

function useEntry(link: string): { entry: Entry | null; problem: string | null } {
  const [entry, setEntry] = useState<Entry | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const start = (found: Entry): void => {
      enter(found.access_token);
      open(found.conversation_id);
      setEntry(found);
    };
    const before = known(link);
    if (before) start(before);
    else admit(link).then(start, (error) => setProblem(sentence(error)));
  }, [link]);
  return { entry, problem };
}

const Said = ({ parts, choose }: { parts: Part[]; choose?: Choose | undefined }) => (
  <>
    {parts.map((part, i) =>
      part.kind === "bot" ? <BotMessage key={i} text={part.text} data={part.data} choose={choose} /> : null,
    )}
  </>
);

const Plain = ({ turn, choose }: { turn: Turn; choose?: Choose | undefined }) => (
  <li class="turn">
    <Said parts={turn.lead} />
    {turn.user && !turn.user.text.startsWith("/") && (
      <div class="user">
        <span class="sr">You say: </span>
        <p class="bubble" dir="auto">
          {turn.user.text}
        </p>
      </div>
    )}
    <Said parts={turn.parts} choose={choose} />
  </li>
);

function Chat({ id }: { id: string }) {
  const { box, said, note } = useTail();
  const choose = (payload: string): void => void send(id, payload);
  const last = turns.value.length - 1;
  // Also while nothing was said: the answer tells when the link has ended.
  useEffect(() => poll(refreshDetail, NEWS_MS, ["message_sent"]), []);
  return (
    <div ref={box} class="talk" tabIndex={0} role="log" aria-label="Conversation" onScroll={note}>
      <div ref={said} class="said">
        <ol class="turns">
          {turns.value.map((turn, i) => (
            <Plain key={turn.key} turn={turn} choose={i === last && waiting.value.length === 0 ? choose : undefined} />
          ))}
          {waiting.value.map((one) => (
            <Waiting
              key={one.key}
              exchange={one}
              choose={choose}
              resend={() => (drop(one.key), void send(id, one.text))}
            />
          ))}
        </ol>
      </div>
    </div>
  );
}

/** The page behind a share link: the bot, and nothing of the workbench. */
export function Guest({ token }: { token: string }) {
  const { entry, problem } = useEntry(token);
  const isOver = entry !== null && session.value === null;
  if (problem !== null || isOver)
    return (
      <main class="col guest">
        <Blank title="This link does not work" isPage isAlert>
          <p class="muted">{problem ?? "The link or the visit has ended. Ask for a new one."}</p>
        </Blank>
      </main>
    );
  if (!entry) return <Loading what="conversation" />;
  return (
    <main class="col guest">
      <div class="head">
        <div class="grow">
          <h1>{entry.bot_name || "Talk to the bot"}</h1>
          {entry.description && <p class="small muted">{entry.description}</p>}
        </div>
      </div>
      <Chat id={entry.conversation_id} />
      <Composer say={(text) => void send(entry.conversation_id, text)} />
    </main>
  );
}
