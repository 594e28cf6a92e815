import { domainWarnings, readText, writeText } from "../../api/teach.ts";
import type { Apart } from "../../api/teach.ts";
import { Page, Show } from "../../parts/page.tsx";
import { useLoad } from "../../state/load.ts";
import { may } from "../../state/token.ts";
import { Draft } from "./draft.tsx";
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
    <p class="small good">Domain and training data agree.</p>
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

/** The domain or the configuration as a text, judged while it is written. */
export function TextPage({ kind }: { kind: Kind }) {
  const { title, scope } = ABOUT[kind];
  const found = useLoad(kind, () => readText(kind));
  return (
    <Page title={title} tabs={tabs()} here={`/stories/${kind}`} isFull>
      <Show from={found} what={title.toLowerCase()}>
        {(from) => (
          <div class={kind === "domain" ? "twocols" : "onecol"}>
            <Draft
              key={from.etag}
              name={kind}
              kind={kind}
              label={title}
              what={`The ${title.toLowerCase()}`}
              kept={from.text}
              isMine={may(scope)}
              save={(text) => writeText(kind, text, from.etag).then(() => found.reload)}
            />
            {kind === "domain" && <Beside version={from.etag} />}
          </div>
        )}
      </Show>
    </Page>
  );
}
