import type { Prediction } from "../model/events.ts";
import { percent } from "../model/why.ts";
import { knownIntents } from "../state/vocabulary.ts";
import { Chooser } from "./chooser.tsx";
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
  const choice = (name: string, hint: string): Choice => ({
    id: name,
    label: name,
    keys: "",
    hint,
    work: () => choose(name),
  });
  const predicted = ranking.flatMap((one) => (one.name ? [choice(one.name, percent(one.confidence))] : []));
  const names = new Set(predicted.map((one) => one.id));
  const others = knownIntents.value.filter((one) => !names.has(one.intent));
  const choices = [...predicted, ...others.map((one) => choice(one.intent, examples(one.examples_count)))];
  const fresh = (typed: string): Choice[] => {
    const name = typed.replace(/\s+/g, "_");
    return name && !choices.some((one) => one.id === name)
      ? [{ id: "new", label: `New intent “${name}”`, keys: "", work: () => choose(name) }]
      : [];
  };
  return <Chooser title={title} placeholder="Intent" choices={choices} withWords={fresh} close={close} />;
}
