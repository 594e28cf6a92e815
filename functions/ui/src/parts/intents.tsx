import type { Prediction } from "../model/events.ts";
import { percent } from "../model/why.ts";
import { knownIntents } from "../state/vocabulary.ts";
import { Chooser, choice, unknown } from "./chooser.tsx";
import type { Choice } from "./chooser.tsx";

interface Props {
  title: string;
  ranking: readonly Prediction[];
  choose: (intent: string) => void;
  close: () => void;
}

const examples = (count: number): string => (count === 1 ? "1 example" : `${count} examples`);

/** An intent: those that were predicted first, then all that are known, or a new one by typing its name. */
export function IntentChooser({ title, ranking, choose, close }: Props) {
  const offer = (name: string, hint: string): Choice => choice(name, () => choose(name), { hint });
  const predicted = ranking.flatMap((one) => (one.name ? [offer(one.name, percent(one.confidence))] : []));
  const others = knownIntents.value
    .filter((one) => !predicted.some(({ id }) => id === one.intent))
    .map((one) => offer(one.intent, examples(one.examples_count)));
  const choices = [...predicted, ...others];
  const fresh = (typed: string): Choice[] =>
    unknown(
      "intent",
      typed.replace(/\s+/g, "_"),
      choices.map((one) => one.id),
      choose,
    );
  return <Chooser title={title} placeholder="Intent" choices={choices} withWords={fresh} close={close} />;
}
