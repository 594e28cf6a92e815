import { useEffect } from "../../view/hooks.ts";
import { anotherUser } from "../../model/exchange.ts";
import type { Exchange } from "../../model/exchange.ts";
import { conversationsUrl, talkUrl } from "../../model/route.ts";
import { ActionButton } from "../../parts/action.tsx";
import { FactsColumn, FactsToggle } from "../../parts/aside.tsx";
import { Blank, Waiting as Loading } from "../../parts/blank.tsx";
import type { Choose } from "../../parts/bot.tsx";
import { Transcript } from "../../parts/transcript.tsx";
import { detail, open, refreshDetail, turns } from "../../state/detail.ts";
import { useKey } from "../../state/keys.ts";
import { begin, hear } from "../../state/lead.ts";
import { attempt } from "../../state/load.ts";
import { go } from "../../state/location.ts";
import { poll } from "../../state/poll.ts";
import { rasa } from "../../state/rasa.ts";
import { chosenKey, select } from "../../state/selection.ts";
import { drop, send, waiting } from "../../state/talk.ts";
import { may, session } from "../../state/token.ts";
import { Lead } from "./lead.tsx";
import { Composer } from "./composer.tsx";
import { useTail } from "./tail.ts";
import { Waiting } from "./waiting.tsx";

const NEWS_MS = 1_000;
const KEYS = { previous: "talk.turn.previous", next: "talk.turn.next" } as const;

const Head = ({ id }: { id: string }) => (
  <div class="head">
    <div class="grow">
      <h1>Talk</h1>
      <div class="small muted ell">
        as <bdi>{id}</bdi>
        {may("metadata:get") && (
          <>
            {" · "}
            <a href={conversationsUrl({}, id)}>review this conversation</a>
          </>
        )}
      </div>
    </div>
    <ActionButton id="talk.restart" icon="restart" work={() => void send(id, "/restart")}>
      <span class="wide">Restart</span>
    </ActionButton>
    {may("clientEvents:create") && (
      <ActionButton
        id="talk.new"
        icon="person_add"
        work={() => go(talkUrl(anotherUser(session.value?.username ?? "")))}
      >
        <span class="wide">New user</span>
      </ActionButton>
    )}
    {may("actionPrediction:create") && (
      <ActionButton id="talk.lead" icon="stories" work={() => void lead(id)}>
        <span class="wide">Lead</span>
      </ActionButton>
    )}
    <FactsToggle id="talk.facts" />
  </div>
);

/** Go on step by step from what was said, or begin anew where nothing was. */
const lead = (id: string): Promise<boolean> =>
  attempt(() => begin(detail.value?.phase === "ready" && turns.value.length > 0 ? id : undefined));

const NotReady = () =>
  rasa.value.mood !== "waiting" ? null : (
    <div class="notice" role="status">
      {rasa.value.text}. Messages can be sent as soon as it is ready.
    </div>
  );

const Empty = () => (
  <Blank title="Say something to the bot">
    <p class="muted">Beside the talk you see what it understood, what it remembers and why it acts as it does.</p>
  </Blank>
);

const Said = ({ choose }: { choose: Choose }) => {
  const isQuiet = waiting.value.length === 0;
  const resend = (one: Exchange): void => (drop(one.key), choose(one.text));
  return (
    <>
      <Transcript turns={turns.value} chosen={chosenKey} select={select} {...(isQuiet && { choose })} />
      <ol class="turns waitinglist" aria-label="On the way">
        {waiting.value.map((one, i) => (
          <Waiting
            key={one.key}
            exchange={one}
            choose={i === waiting.value.length - 1 ? choose : undefined}
            resend={resend}
          />
        ))}
      </ol>
    </>
  );
};

function Chat({ id }: { id: string }) {
  const { box, said, note } = useTail();
  const isEmpty = turns.value.length + waiting.value.length === 0;
  return (
    <div ref={box} class="talk" tabIndex={0} role="log" aria-label="Conversation" onScroll={note}>
      {isEmpty && <Empty />}
      <div ref={said} class="said">
        <Said choose={(payload) => void send(id, payload)} />
      </div>
    </div>
  );
}

/** Nothing is asked for while nothing was said: the conversation begins with the first message. */
async function lookForNews(): Promise<void> {
  if (detail.value?.phase !== "missing" || waiting.value.length > 0) await refreshDetail();
}

/** Try the bot, with all that happens behind its answers beside them. */
export function Talk({ id: given }: { id: string | undefined }) {
  const id = given ?? session.value?.username ?? "";
  useEffect(() => open(id), [id]);
  useEffect(() => poll(lookForNews, NEWS_MS, ["message_sent"]), []);
  useKey("leave", () => (document.activeElement as HTMLElement | null)?.blur());
  const phase = detail.value?.phase;
  const led = detail.value?.phase === "ready" && detail.value.tracker.interactive ? detail.value.tracker : null;
  return (
    <div class="talkroom">
      <main>
        <section class="col middle" aria-label="Talk">
          <Head id={id} />
          <NotReady />
          {phase === "loading" ? (
            <div class="talk">
              <Loading what="conversation" lines={4} />
            </div>
          ) : (
            <Chat id={id} />
          )}
          {led && <Lead tracker={led} />}
          <Composer say={(text, put) => void (led ? hear(text, put) : send(id, text))} />
        </section>
      </main>
      <FactsColumn tracker={detail.value?.phase === "ready" ? detail.value.tracker : null} keys={KEYS} />
    </div>
  );
}
