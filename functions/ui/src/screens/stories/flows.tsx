import { signal } from "../../state/signal.ts";
import { useState } from "preact/hooks";
import { addFlow, flows, removeFlow, saveFlow } from "../../api/teach.ts";
import type { Flow, FlowKind } from "../../api/teach.ts";
import { sentence } from "../../api/call.ts";
import { roomUrl } from "../../model/route.ts";
import { ActionButton } from "../../parts/action.tsx";
import { Blank } from "../../parts/blank.tsx";
import { Code, useCheck } from "../../parts/code.tsx";
import { Careful } from "../../parts/dialog.tsx";
import { Page, Show } from "../../parts/page.tsx";
import { useKey } from "../../state/keys.ts";
import { useLoad } from "../../state/load.ts";
import { go } from "../../state/location.ts";
import { tell } from "../../state/toasts.ts";
import { may } from "../../state/token.ts";
import { GraphColumn } from "./graph.tsx";
import { tabs } from "./tabs.ts";

const NEW = "new";
const NOUN = { stories: "story", rules: "rule" } as const;
const EMPTY = {
  stories: "stories:\n- story: \n  steps:\n  - intent: \n  - action: \n",
  rules: "rules:\n- rule: \n  steps:\n  - intent: \n  - action: \n",
};

/** What was written and not saved, by kind and id: it survives looking elsewhere. */
const drafts = signal<Record<string, string>>({});

function draft(name: string, text: string | null): void {
  const { [name]: _, ...others } = drafts.value;
  drafts.value = text === null ? others : { ...others, [name]: text };
}

const urlOf = (kind: FlowKind, id: string | number): string => roomUrl("stories", [kind, String(id)]);

interface ItemProps {
  kind: FlowKind;
  flow: Flow;
  isOpen: boolean;
}

const Item = ({ kind, flow, isOpen }: ItemProps) => (
  <li>
    <a class="item slim" href={urlOf(kind, flow.id)} aria-current={isOpen ? "true" : undefined}>
      <span class="ell">
        <bdi>{flow.name}</bdi>
      </span>
      <span class="row small muted">
        <span class="ell">
          {flow.filename}:{flow.line}
        </span>
        {drafts.value[`${kind}/${flow.id}`] !== undefined && <span class="tag">not saved</span>}
      </span>
    </a>
  </li>
);

interface EditorProps {
  kind: FlowKind;
  flow: Flow | null;
  done: (id: number | null) => Promise<void>;
}

function Editor({ kind, flow, done }: EditorProps) {
  const name = `${kind}/${flow?.id ?? NEW}`;
  const kept = flow?.story ?? EMPTY[kind];
  const text = drafts.value[name] ?? kept;
  const checked = useCheck(kind, text);
  const [problem, setProblem] = useState<string | null>(null);
  const isMine = may(`${kind}:update`);
  const isWrong = checked?.problems.some((one) => one.severity === "error") ?? true;
  async function save(): Promise<void> {
    try {
      const saved = flow ? await saveFlow(kind, flow, text) : (await addFlow(kind, text))[0];
      draft(name, null);
      setProblem(null);
      tell(`The ${NOUN[kind]} is saved.`);
      await done(saved?.id ?? null);
    } catch (error) {
      setProblem(sentence(error));
    }
  }
  const remove = async (one: Flow): Promise<void> => {
    await removeFlow(kind, one);
    draft(name, null);
    await done(null);
  };
  return (
    <>
      <section class="col" aria-label="Text">
        <Code
          label={flow ? `Text of ${flow.name}` : `New ${NOUN[kind]}`}
          text={text}
          checked={checked}
          change={(now) => draft(name, now === kept ? null : now)}
          isReadOnly={!isMine}
        />
        <div role="alert">{problem && <p class="note bad">{problem}</p>}</div>
        {isMine && (
          <div class="bar">
            <ActionButton
              id="stories.save"
              primary
              disabled={isWrong || (text === kept && !!flow)}
              work={() => void save()}
            >
              Save
            </ActionButton>
            {drafts.value[name] !== undefined && (
              <button type="button" class="button" onClick={() => draft(name, null)}>
                Take back
              </button>
            )}
            <span class="grow" />
            {flow && may(`${kind}:delete`) && (
              <Careful verb="Delete" what={flow.name} work={() => remove(flow)}>
                It is taken out of {flow.filename}.
              </Careful>
            )}
          </div>
        )}
      </section>
      <GraphColumn flows={checked?.flows ?? []} />
    </>
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

function Body({ kind, all, id, reload }: BodyProps) {
  const [words, setWords] = useState("");
  const shown = all.filter((flow) => `${flow.name}\n${flow.story}`.toLowerCase().includes(words.toLowerCase()));
  const flow = all.find((one) => String(one.id) === id) ?? null;
  const done = async (to: number | null): Promise<void> => {
    await reload();
    go(to === null ? roomUrl("stories", kind === "rules" ? [kind] : []) : urlOf(kind, to), { replace: true });
  };
  const move = (by: number): void => {
    const at = shown.findIndex((one) => String(one.id) === id);
    const next = shown[at < 0 ? 0 : at + by];
    if (next) go(urlOf(kind, next.id), { replace: true });
  };
  useKey("stories.next", () => move(1));
  useKey("stories.previous", () => move(-1));
  return (
    <div class="threecols">
      <section class="col list" aria-label={`List of ${kind}`}>
        <div class="chips">
          <input
            type="search"
            aria-label={`Find ${kind}`}
            placeholder="Name or step"
            onInput={(event) => setWords(event.currentTarget.value)}
          />
        </div>
        <div class="scroll">
          <ul aria-label={kind === "rules" ? "Rules" : "Stories"}>
            {shown.map((one) => (
              <Item key={one.id} kind={kind} flow={one} isOpen={one === flow} />
            ))}
          </ul>
          {shown.length === 0 && (
            <Blank title={all.length === 0 ? `No ${kind} yet` : "Nothing matches"}>
              <p class="muted">
                {kind === "rules"
                  ? "A rule says what always happens after something."
                  : "A story is a conversation from which the bot learns what to do next."}
              </p>
            </Blank>
          )}
        </div>
      </section>
      {flow || id === NEW ? (
        <Editor key={flow?.id ?? NEW} kind={kind} flow={flow} done={done} />
      ) : (
        <All kind={kind} all={shown} />
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
