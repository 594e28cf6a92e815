import { useState } from "preact/hooks";
import { sentence } from "../../api/call.ts";
import { domainWarnings, readText, writeText } from "../../api/teach.ts";
import type { Apart, Tagged } from "../../api/teach.ts";
import { ActionButton } from "../../parts/action.tsx";
import { Code, useCheck } from "../../parts/code.tsx";
import { Page, Show } from "../../parts/page.tsx";
import { useLoad } from "../../state/load.ts";
import { tell } from "../../state/toasts.ts";
import { may } from "../../state/token.ts";
import { tabs } from "./tabs.ts";

type Kind = "domain" | "config";

const ABOUT = {
  domain: { title: "Domain", scope: "domain:update" },
  config: { title: "Configuration", scope: "models.settings:update" },
} as const;

const NOUNS: Record<string, string> = {
  intent_warnings: "Intents",
  entity_warnings: "Entities",
  action_warnings: "Actions",
  slot_warnings: "Slots",
};

const Names = ({ about, names }: { about: string; names: string[] }) =>
  names.length === 0 ? null : (
    <>
      <dt>{about}</dt>
      <dd>{names.join(", ")}</dd>
    </>
  );

const Warnings = ({ apart }: { apart: Apart }) => {
  const kinds = Object.entries(apart).filter(([, one]) => one.in_domain.length + one.in_training_data.length > 0);
  return kinds.length === 0 ? (
    <p class="small good">Domain and training data name the same things.</p>
  ) : (
    <>
      {kinds.map(([kind, one]) => (
        <section key={kind}>
          <h2>{NOUNS[kind] ?? kind}</h2>
          <dl>
            <Names about="not used" names={one.in_domain} />
            <Names about="not in the domain" names={one.in_training_data} />
          </dl>
        </section>
      ))}
    </>
  );
};

function Beside({ version }: { version: string | undefined }) {
  const found = useLoad(`warnings ${version}`, domainWarnings);
  return (
    <aside class="col graphcol" aria-label="Warnings">
      <div class="facts" tabIndex={0} role="region" aria-label="Domain and training data">
        <Show from={found} what="warnings">
          {(apart) => <Warnings apart={apart} />}
        </Show>
      </div>
    </aside>
  );
}

interface EditorProps {
  kind: Kind;
  from: Tagged;
  reload: () => Promise<void>;
}

function Editor({ kind, from, reload }: EditorProps) {
  const [text, setText] = useState(from.text);
  const [problem, setProblem] = useState<string | null>(null);
  const checked = useCheck(kind, text);
  const isMine = may(ABOUT[kind].scope);
  const isWrong = checked?.problems.some((one) => one.severity === "error") ?? true;
  async function save(): Promise<void> {
    try {
      await writeText(kind, text, from.etag);
      setProblem(null);
      tell(`The ${ABOUT[kind].title.toLowerCase()} is saved.`);
      await reload();
    } catch (error) {
      setProblem(sentence(error));
    }
  }
  return (
    <section class="col" aria-label="Text">
      <Code label={ABOUT[kind].title} text={text} checked={checked} change={setText} isReadOnly={!isMine} />
      <div role="alert">{problem && <p class="note bad">{problem}</p>}</div>
      {isMine && (
        <div class="bar">
          <ActionButton id="stories.save" primary disabled={isWrong || text === from.text} work={() => void save()}>
            Save
          </ActionButton>
          {text !== from.text && (
            <button type="button" class="button" onClick={() => setText(from.text)}>
              Take back
            </button>
          )}
        </div>
      )}
    </section>
  );
}

/** The domain or the configuration as a text, judged while it is written. */
export function TextPage({ kind }: { kind: Kind }) {
  const found = useLoad(kind, () => readText(kind));
  return (
    <Page title={ABOUT[kind].title} tabs={tabs()} here={`/stories/${kind}`} isFull>
      <Show from={found} what={ABOUT[kind].title.toLowerCase()}>
        {(from) => (
          <div class={kind === "domain" ? "twocols" : "onecol"}>
            <Editor key={from.etag} kind={kind} from={from} reload={found.reload} />
            {kind === "domain" && <Beside version={from.etag} />}
          </div>
        )}
      </Show>
    </Page>
  );
}
