import { addFlow, flows, removeFlow, saveFlow } from "../../api/teach.ts";
import type { Flow, FlowKind } from "../../api/teach.ts";
import { roomUrl } from "../../model/route.ts";
import { ActionButton } from "../../parts/action.tsx";
import { useCheck } from "../../parts/code.tsx";
import { Careful } from "../../parts/dialog.tsx";
import { Page, Show } from "../../parts/page.tsx";
import { useKey } from "../../state/keys.ts";
import { useLoad } from "../../state/load.ts";
import { go } from "../../state/location.ts";
import { may } from "../../state/token.ts";
import { Draft, isDraft, keepDraft } from "./draft.tsx";
import { GraphColumn } from "./graph.tsx";
import { Names, useFound } from "./names.tsx";
import { tabs } from "./tabs.ts";

const NEW = "new";
const NOUN = { stories: "story", rules: "rule" } as const;
const EMPTY = {
  stories: "From stories the bot learns what to do next.",
  rules: "A rule says what always happens after something.",
};

const begun = (kind: FlowKind): string => `${kind}:\n- ${NOUN[kind]}: \n  steps:\n  - intent: \n  - action: \n`;

const urlOf = (kind: FlowKind, id: string | number): string => roomUrl("stories", [kind, String(id)]);

interface EditorProps {
  kind: FlowKind;
  flow: Flow | null;
  done: (id: number | null) => Promise<void>;
}

function Editor({ kind, flow, done }: EditorProps) {
  const name = `${kind}/${flow?.id ?? NEW}`;
  const save = async (text: string): Promise<() => Promise<void>> => {
    const saved = flow ? await saveFlow(kind, flow, text) : (await addFlow(kind, text))[0];
    return () => done(saved?.id ?? null);
  };
  const remove = async (one: Flow): Promise<void> => {
    await removeFlow(kind, one);
    keepDraft(name, null);
    await done(null);
  };
  return (
    <Draft
      name={name}
      kind={kind}
      label={flow ? `Text of ${flow.name}` : `New ${NOUN[kind]}`}
      what={`The ${NOUN[kind]}`}
      kept={flow?.story ?? begun(kind)}
      isNew={!flow}
      isMine={may(`${kind}:update`)}
      save={save}
      more={
        flow &&
        may(`${kind}:delete`) && (
          <Careful verb="Delete" what={flow.name} work={() => remove(flow)}>
            It is taken out of {flow.filename}.
          </Careful>
        )
      }
      beside={(checked) => <GraphColumn flows={checked?.flows ?? []} />}
    />
  );
}

const All = ({ kind, all }: { kind: FlowKind; all: Flow[] }) => {
  const body = all.map((flow) => flow.story.replace(/^\w+:\n/, "")).join("");
  const checked = useCheck(kind, `${kind}:\n${body}`);
  return (
    <section class="wide col" aria-label="All together">
      <GraphColumn flows={checked?.flows ?? []} />
    </section>
  );
};

interface BodyProps {
  kind: FlowKind;
  all: Flow[];
  id: string | undefined;
  reload: () => Promise<void>;
}

const About = ({ kind, flow }: { kind: FlowKind; flow: Flow }) => (
  <>
    <span class="ell">
      {flow.filename}:{flow.line}
    </span>
    {isDraft(`${kind}/${flow.id}`) && <span class="tag">not saved</span>}
  </>
);

function Body({ kind, all, id, reload }: BodyProps) {
  const [shown, find] = useFound(
    all.map((flow) => ({
      flow,
      name: flow.name,
      url: urlOf(kind, flow.id),
      words: flow.name + flow.story,
      about: <About kind={kind} flow={flow} />,
    })),
  );
  const open = id && urlOf(kind, id);
  const flow = all.find((one) => String(one.id) === id) ?? null;
  const done = async (to: number | null): Promise<void> => {
    await reload();
    go(to === null ? roomUrl("stories", kind === "rules" ? [kind] : []) : urlOf(kind, to), { replace: true });
  };
  const move = (by: number): void => {
    const at = shown.findIndex((one) => one.url === open);
    const next = shown[at < 0 ? 0 : at + by];
    if (next) go(next.url, { replace: true });
  };
  useKey("stories.next", () => move(1));
  useKey("stories.previous", () => move(-1));
  return (
    <div class="threecols">
      <Names what={kind} shown={shown} open={open} find={find} empty={all.length === 0 && EMPTY[kind]} />
      {flow || id === NEW ? (
        <Editor key={flow?.id ?? NEW} kind={kind} flow={flow} done={done} />
      ) : (
        <All kind={kind} all={shown.map((one) => one.flow)} />
      )}
    </div>
  );
}

/** Stories, or rules: the list, the text of one with its problems, and its drawing; without one all are drawn together. */
export function Flows({ kind, id }: { kind: FlowKind; id: string | undefined }) {
  const known = useLoad(kind, () => flows(kind));
  const here = kind === "rules" ? "/stories/rules" : "/stories";
  return (
    <Page
      title={kind === "rules" ? "Rules" : "Stories"}
      tabs={tabs()}
      here={here}
      isFull
      actions={
        may(`${kind}:create`) && (
          <ActionButton id="stories.new" icon="plus" work={() => go(urlOf(kind, NEW))}>
            New {NOUN[kind]}
          </ActionButton>
        )
      }
    >
      <Show from={known} what={kind}>
        {(all) => <Body kind={kind} all={all} id={id} reload={known.reload} />}
      </Show>
    </Page>
  );
}
