import { useState } from "../view/hooks.ts";
import type { BotData, Button } from "../model/events.ts";

/** Chosen buttons are sent as the user's next message; without `choose` they only show what was offered. */
export type Choose = (payload: string) => void;

const isPresent = (value: unknown): boolean =>
  value !== null && value !== undefined && !(typeof value === "object" && Object.keys(value as object).length === 0);

const isWebAddress = (url: string): boolean => /^https?:\/\//i.test(url);

/** A picture, where the page's policy and the network allow it; its address in any case. */
function Picture({ url }: { url: string }) {
  const [isShown, setShown] = useState(true);
  if (!isWebAddress(url)) return <code>{url}</code>;
  return (
    <a class="picture" href={url} target="_blank" rel="noreferrer">
      {isShown && <img src={url} alt="" loading="lazy" referrerpolicy="no-referrer" onError={() => setShown(false)} />}
      <span>{url}</span>
    </a>
  );
}

const Extra = ({ name, value }: { name: string; value: unknown }) => (
  <details class="payload" open>
    <summary>{name}</summary>
    <pre tabIndex={0}>{typeof value === "string" ? value : JSON.stringify(value, null, 2)}</pre>
  </details>
);

const Buttons = ({ buttons, choose }: { buttons: Button[]; choose?: Choose | undefined }) => (
  <div class="offers">
    {buttons.map((one) =>
      choose ? (
        <button
          type="button"
          class="offer"
          title={one.payload ?? undefined}
          onClick={() => choose(one.payload ?? one.title)}
        >
          {one.title}
        </button>
      ) : (
        <span class="offer" title={one.payload ?? undefined}>
          {one.title}
        </span>
      ),
    )}
  </div>
);

interface Props {
  text: string;
  data: BotData;
  isHuman?: boolean;
  choose?: Choose | undefined;
}

/** Whatever the bot can say: words, a picture, buttons, and payloads that only its own channel understands. */
export function BotMessage({ text, data, isHuman, choose }: Props) {
  const buttons = [...(data.buttons ?? []), ...(data.quick_replies ?? [])];
  const extras = (["custom", "attachment", "elements"] as const).filter((name) => isPresent(data[name]));
  return (
    <div class="bot">
      <span class="sr">{isHuman ? "Human agent says: " : "Bot says: "}</span>
      {text && (
        <p class="bubble" dir="auto">
          {text}
        </p>
      )}
      {data.image && <Picture url={data.image} />}
      {extras.map((name) => (
        <Extra key={name} name={name === "custom" ? "custom payload" : name} value={data[name]} />
      ))}
      {buttons.length > 0 && <Buttons buttons={buttons} choose={choose} />}
      {isHuman && <div class="meta">human agent</div>}
    </div>
  );
}
