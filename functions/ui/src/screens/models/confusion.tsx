import { useState } from "../../view/hooks.ts";
import { plural } from "../../model/figures.ts";
import { confusion } from "../../model/confusion.ts";
import type { Confusion, Prediction } from "../../model/confusion.ts";
import { Conf } from "../../parts/conf.tsx";
import { Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";

interface CellProps {
  found: Confusion;
  intent: string;
  predicted: string;
  isOpen: boolean;
  open: () => void;
}

const Cell = ({ found, intent, predicted, isOpen, open }: CellProps) => {
  const { length } = found.at(intent, predicted);
  if (length === 0) return <td class="num" />;
  const isRight = intent === predicted;
  return (
    <td class="num cell" style={{ "--c": isRight ? "0%" : `${8 + (32 * length) / found.most}%` }}>
      <button
        type="button"
        aria-pressed={isOpen}
        aria-label={`${plural(length, "example")} of ${intent} ${isRight ? "recognised" : `taken for ${predicted}`}`}
        onClick={open}
      >
        {length}
      </button>
    </td>
  );
};

const Examples = ({ of }: { of: Prediction[] }) => (
  <Table
    caption="Examples"
    rows={of}
    id={(one) => one.text}
    empty=""
    columns={[
      { name: "Text", cell: (one) => <span dir="auto">{one.text}</span> },
      { name: "Intent", cell: (one) => one.intent },
      { name: "Taken for", cell: (one) => one.predicted || "none" },
      { name: "Confidence", cell: (one) => <Conf value={one.confidence} />, isNumber: true },
    ]}
  />
);

/** Which intents are taken for which: a row is what is right, a column what was said; a number opens its examples. */
export function ConfusionMatrix({ predictions }: { predictions: Prediction[] }) {
  const [chosen, choose] = useState<[string, string] | null>(null);
  const found = confusion(predictions);
  if (found.names.length === 0) return <p class="none muted">Every example was recognised.</p>;
  return (
    <Section title="Confusions" about="A row is the right intent, a column what the model took it for.">
      <div class="tablebox matrix" tabIndex={0}>
        <table>
          <caption class="sr">Confusions of intents</caption>
          <thead>
            <tr>
              <td />
              {found.names.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.names.map((intent) => (
              <tr key={intent}>
                <th scope="row">{intent}</th>
                {found.names.map((predicted) => (
                  <Cell
                    key={predicted}
                    {...{ found, intent, predicted }}
                    isOpen={chosen?.[0] === intent && chosen[1] === predicted}
                    open={() => choose([intent, predicted])}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {chosen && <Examples of={found.at(...chosen)} />}
    </Section>
  );
}
