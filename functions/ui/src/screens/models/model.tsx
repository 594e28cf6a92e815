import { useState } from "../../view/hooks.ts";
import { ApiError } from "../../api/call.ts";
import { act, at, read } from "../../api/manage.ts";
import { PRODUCTION, models } from "../../api/models.ts";
import type { Job, Model } from "../../api/models.ts";
import type { Prediction } from "../../model/confusion.ts";
import { bytes, count, decimal, percentage } from "../../model/figures.ts";
import { roomUrl } from "../../model/route.ts";
import { exact } from "../../model/time.ts";
import { Ask } from "../../parts/dialog.tsx";
import { Page, Section, Show } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { useLoad } from "../../state/load.ts";
import { go } from "../../state/location.ts";
import { may } from "../../state/token.ts";
import { PARTS, PartBoxes } from "./parts.tsx";
import { ConfusionMatrix } from "./confusion.tsx";

interface Intents {
  predictions?: Prediction[];
  errors: { text: string; intent: string; intent_prediction: { name: string; confidence: number } }[];
}

interface Score {
  f1: number;
  accuracy: number;
  examples?: number;
  errors?: number;
  correct?: number;
  total?: number;
}

interface Evaluation {
  evaluated_at: number;
  scores: Record<string, Score | Record<string, string>>;
  passed: boolean;
  objections: string[];
  intent_evaluation?: Intents;
  cross_validation?: { intent_evaluation?: Intents };
  tests?: { failed: unknown };
}

const pathOf = (name: string): string => at("projects", "default", "evaluations", name);

async function find(name: string): Promise<Evaluation | null> {
  try {
    return await read<Evaluation>(pathOf(name));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** What was wrong is always told whole; what was right may be left out of a large report. */
const predictionsOf = ({ predictions = [], errors }: Intents): Prediction[] => [
  ...predictions.filter((one) => one.intent === one.predicted),
  ...errors.map(({ text, intent, intent_prediction: { name, confidence } }) => ({
    text,
    intent,
    predicted: name,
    confidence,
  })),
];

const Scores = ({ found }: { found: Evaluation }) => (
  <Table
    caption="Figures"
    rows={Object.entries(found.scores).filter((one): one is [string, Score] => one[0] in PARTS)}
    id={([part]) => part}
    empty="No part could be evaluated."
    columns={[
      { name: "What", cell: ([part]) => PARTS[part] },
      { name: "F1", cell: ([, score]) => decimal(score.f1), isNumber: true },
      { name: "Accuracy", cell: ([, score]) => percentage(score.accuracy), isNumber: true },
      {
        name: "Right",
        isNumber: true,
        cell: ([, { correct, total, examples = 0, errors = 0 }]) =>
          total ? `${correct} of ${total}` : examples ? `${examples - errors} of ${examples}` : "–",
      },
    ]}
  />
);

const Report = ({ found }: { found: Evaluation }) => {
  const intents = found.cross_validation?.intent_evaluation ?? found.intent_evaluation;
  const failed = found.tests?.failed;
  return (
    <>
      {found.objections.map((one) => (
        <p key={one} class="note bad">
          {one}
        </p>
      ))}
      <p class="small muted">Evaluated {exact(found.evaluated_at)}.</p>
      <Scores found={found} />
      {intents && <ConfusionMatrix predictions={predictionsOf(intents)} />}
      {typeof failed === "string" && failed && (
        <details class="numbers">
          <summary>Conversations that went wrong</summary>
          <pre tabIndex={0}>{failed}</pre>
        </details>
      )}
    </>
  );
};

const Choose = ({ name, close }: { name: string; close: () => void }) => {
  const start = async (given: FormData): Promise<void> => {
    const job = await act<Job>("PUT", pathOf(name), { parts: given.getAll("part") });
    go(roomUrl("models", ["jobs", job.id]));
  };
  return (
    <Ask title={`Evaluate ${name}`} verb="Evaluate" work={start} close={close}>
      <PartBoxes chosen={["nlu", "stories", "tests"]} />
    </Ask>
  );
};

type Numbers = Record<string, number | null>;

const ROWS: [string, string, (value: number | null) => string][] = [
  ["conversations", "Conversations", (value) => count(value ?? 0)],
  ["user_messages", "Messages of users", (value) => count(value ?? 0)],
  ["mean_confidence", "Confidence, mean", decimal],
  ["low_confidence", "Confidence, lowest tenth", decimal],
  ["fallback_share", "Not understood", percentage],
  ["core_fallbacks", "Did not know what to do", (value) => count(value ?? 0)],
];

function Compared({ name, other }: { name: string; other: string }) {
  const found = useLoad(`${name} ${other}`, () =>
    read<{ numbers: Numbers[] }>(at("projects", "default", "models", name, "compare", other)),
  );
  return (
    <Section title="Beside the one in production" about="What both did in conversations of the last seven days.">
      <Show from={found} what="comparison">
        {({ numbers: [mine, theirs] }) => (
          <Table
            caption="Comparison"
            rows={ROWS}
            id={([field]) => field}
            empty=""
            columns={[
              { name: "What", cell: ([, label]) => label },
              { name: "This one", cell: ([field, , write]) => write(mine?.[field] ?? null), isNumber: true },
              { name: other, cell: ([field, , write]) => write(theirs?.[field] ?? null), isNumber: true },
            ]}
          />
        )}
      </Show>
    </Section>
  );
}

const Facts = ({ model }: { model: Model }) => (
  <dl>
    <dt>Trained</dt>
    <dd>
      {exact(model.trained_at)} by <bdi>{model.created_by}</bdi>
    </dd>
    <dt>Rasa</dt>
    <dd>
      {model.version}, {bytes(model.size)}
    </dd>
    <dt>Tags</dt>
    <dd>{model.tags.join(", ") || "none"}</dd>
  </dl>
);

/** One model: its facts, how it did in its evaluation, and how it does beside the one in production. */
export function ModelPage({ name }: { name: string }) {
  const known = useLoad("models", models);
  const found = useLoad(name, () => find(name));
  const [isAsking, setAsking] = useState(false);
  const model = known.data?.find((one) => one.model === name);
  const served = known.data?.find((one) => one.tags.includes(PRODUCTION));
  return (
    <Page
      title={name}
      actions={
        <a class="button" href="/models">
          All models
        </a>
      }
    >
      {model && <Facts model={model} />}
      <Section
        title="Evaluation"
        actions={
          may("models.evaluations:update") && (
            <button type="button" class="button" onClick={() => setAsking(true)}>
              Evaluate
            </button>
          )
        }
      >
        <Show from={found} what="evaluation">
          {(one) => (one ? <Report found={one} /> : <p class="none muted">It was not evaluated yet.</p>)}
        </Show>
      </Section>
      {served && served.model !== name && <Compared name={name} other={served.model} />}
      {isAsking && <Choose name={name} close={() => setAsking(false)} />}
    </Page>
  );
}
