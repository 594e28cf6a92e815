import { useState } from "../../view/hooks.ts";
import { addExample, changeExample } from "../../api/annotate.ts";
import type { Example } from "../../api/annotate.ts";
import type { Entity } from "../../model/events.ts";
import { Ask, Field } from "../../parts/dialog.tsx";
import { Tokens } from "../../parts/tokens.tsx";
import { knownIntents, learn } from "../../state/vocabulary.ts";

interface Props {
  known: Example | null;
  close: () => void;
  done: () => Promise<void>;
}

/** An example in a dialog: its words, its intent, its entities. Other words have other places, so marks go with them. */
export function ExampleEditor({ known, close, done }: Props) {
  const [text, setText] = useState(known?.text ?? "");
  const [entities, mark] = useState<Entity[]>(known?.entities ?? []);
  const save = async (given: FormData): Promise<void> => {
    const example = { text: text.trim(), intent: String(given.get("intent")).trim(), entities };
    await (known ? changeExample(known.id, example) : addExample(example));
    learn(
      example.intent,
      entities.map((one) => one.entity),
    );
    await done();
  };
  return (
    <Ask title={known ? "Change the example" : "Add an example"} verb="Save" work={save} close={close}>
      <Field
        label="Text"
        name="text"
        required
        dir="auto"
        value={text}
        onInput={(event: InputEvent) => (setText((event.currentTarget as HTMLInputElement).value), mark([]))}
      />
      <Field label="Intent" name="intent" required list="intents" defaultValue={known?.intent} />
      <datalist id="intents">
        {knownIntents.value.map((one) => (
          <option key={one.intent} value={one.intent} />
        ))}
      </datalist>
      {text.trim() && <Tokens text={text} entities={entities} change={mark} />}
    </Ask>
  );
}
