import { useComputed } from "../view/hooks.ts";
import type { ReadonlySignal } from "../state/signal.ts";
import type { Part, Turn } from "../model/fold.ts";
import { clock, duration, exact } from "../model/time.ts";
import { BotMessage } from "./bot.tsx";
import type { Choose } from "./bot.tsx";
import { Steps } from "./steps.tsx";
import { UserSays } from "./user.tsx";

const Rule = ({ text, title }: { text: string; title?: string }) => (
  <div class="gap" title={title}>
    <span>{text}</span>
  </div>
);

function PartView({ part, choose }: { part: Part; choose?: Choose | undefined }) {
  if (part.kind === "bot")
    return <BotMessage text={part.text} data={part.data} isHuman={part.isHuman} choose={choose} />;
  if (part.kind === "steps") return <Steps steps={part.steps} />;
  if (part.kind === "gap") return <Rule text={`${duration(part.seconds)} later`} />;
  return <Rule text={`${part.label} · ${clock(part.at)}`} title={exact(part.at)} />;
}

const Parts = ({ parts, choose }: { parts: Part[]; choose?: Choose | undefined }) => (
  <>
    {parts.map((part, i) => (
      <PartView key={i} part={part} choose={choose} />
    ))}
  </>
);

interface TurnProps {
  turn: Turn;
  chosen: ReadonlySignal<string | null>;
  select: (key: string) => void;
  choose?: Choose | undefined;
}

/** One turn. It is drawn again only when it changes itself or when it is (un)selected. */
function TurnView({ turn, chosen, select, choose }: TurnProps) {
  const isSelected = useComputed(() => chosen.value === turn.key).value;
  return (
    <li class="turn" id={turn.key} aria-current={isSelected ? "true" : undefined}>
      <Parts parts={turn.lead} />
      {turn.user && <UserSays message={turn.user} isSelected={isSelected} select={() => select(turn.key)} />}
      <Parts parts={turn.parts} choose={choose} />
    </li>
  );
}

interface Props {
  turns: readonly Turn[];
  chosen: ReadonlySignal<string | null>;
  select: (key: string) => void;
  /** Given where one talks: the last turn's buttons can be pressed. */
  choose?: Choose;
}

/** A conversation as its reader follows it. */
export const Transcript = ({ turns, chosen, select, choose }: Props) => (
  <ol class="turns" aria-label="Turns">
    {turns.map((turn, i) => (
      <TurnView
        key={turn.key}
        turn={turn}
        chosen={chosen}
        select={select}
        choose={i === turns.length - 1 ? choose : undefined}
      />
    ))}
  </ol>
);
