import type { Exchange } from "../../model/exchange.ts";
import { BotMessage } from "../../parts/bot.tsx";
import type { Choose } from "../../parts/bot.tsx";
import { drop } from "../../state/talk.ts";

interface Props {
  exchange: Exchange;
  choose: Choose | undefined;
  resend: (exchange: Exchange) => void;
}

const Typing = () => (
  <div class="bot">
    <p class="bubble typing" role="status">
      <span class="sr">The bot is writing…</span>
      <i />
      <i />
      <i />
    </p>
  </div>
);

const Late = ({ exchange }: Pick<Props, "exchange">) => (
  <div class="unsent" role="alert">
    {exchange.error} It may still have got the message.
  </div>
);

const Failed = ({ exchange, resend }: Pick<Props, "exchange" | "resend">) => (
  <div class="unsent" role="alert">
    <span>Not sent. {exchange.error}</span>
    <button type="button" class="button" onClick={() => resend(exchange)}>
      Send again
    </button>
    <button type="button" class="button" onClick={() => drop(exchange.key)}>
      Discard
    </button>
  </div>
);

/** A message on its way, and what the bot answered at once; the tracker's own turn takes its place. */
export const Waiting = ({ exchange, choose, resend }: Props) => (
  <li class="turn">
    <div class="user">
      <span class="sr">You say: </span>
      <p class={`bubble ${exchange.text.startsWith("/") ? "code" : ""} ${exchange.state}`} dir="auto">
        {exchange.text}
      </p>
    </div>
    {exchange.state === "sending" && <Typing />}
    {exchange.state === "late" && <Late exchange={exchange} />}
    {exchange.state === "failed" && <Failed exchange={exchange} resend={resend} />}
    {exchange.replies.map(({ text, recipient_id: _, ...data }, i) => (
      <BotMessage key={i} text={text ?? ""} data={data} choose={choose} />
    ))}
  </li>
);
