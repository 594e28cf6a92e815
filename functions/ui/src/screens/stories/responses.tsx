import { useState } from "../../view/hooks.ts";
import { addVariation, groups, removeVariation, renameGroup, saveVariation } from "../../api/teach.ts";
import type { Group, Variation } from "../../api/teach.ts";
import { contentOf, readButtons, writeButtons } from "../../model/variation.ts";
import { roomUrl } from "../../model/route.ts";
import { ActionButton } from "../../parts/action.tsx";
import { Blank } from "../../parts/blank.tsx";
import { BotMessage } from "../../parts/bot.tsx";
import { Ask, Careful, Field } from "../../parts/dialog.tsx";
import { Page, Show } from "../../parts/page.tsx";
import { plural } from "../../model/figures.ts";
import { useLoad } from "../../state/load.ts";
import { go } from "../../state/location.ts";
import { may } from "../../state/token.ts";
import { Names, useFound } from "./names.tsx";
import { tabs } from "./tabs.ts";

const EMPTY = "What the bot says; of several variations, one by chance.";

type Again = () => Promise<void>;

const urlOf = (name: string): string => roomUrl("stories", ["responses", name]);

interface EditProps {
  name: string;
  old: Variation | null;
  again: Again;
  close: () => void;
}

/** All that a variation can say; what this form does not know stays as it is. */
function Edit({ name, old, again, close }: EditProps) {
  const save = async (given: FormData): Promise<void> => {
    const body = contentOf(name || String(given.get("name")), given, old);
    await (old ? saveVariation(old, body) : addVariation(body));
    await again();
    go(urlOf(body.response_name));
  };
  return (
    <Ask
      title={old ? `Edit a variation of ${name}` : `New variation ${name && `of ${name}`}`}
      verb="Save"
      work={save}
      close={close}
    >
      {!name && <Field label="Name" name="name" required pattern="utter_[\w\/.+\-]+" placeholder="utter_greet" />}
      <Field label="Text" name="text">
        <textarea name="text" rows={3} dir="auto" defaultValue={old?.text ?? ""} />
      </Field>
      <Field label="Buttons" name="buttons" hint="One a line: what it says | what it sends">
        <textarea name="buttons" rows={2} placeholder="Yes | /affirm" defaultValue={writeButtons(old?.buttons)} />
      </Field>
      <Field
        label="Channel"
        name="channel"
        defaultValue={old?.channel ?? ""}
        hint="Only in this channel; empty: in all"
      />
      <Field label="Picture" name="image" defaultValue={old?.image ?? ""} placeholder="https://…" />
      <Field label="Custom payload" name="custom" hint="JSON, for channels that draw it">
        <textarea
          name="custom"
          rows={2}
          defaultValue={old?.custom === undefined ? "" : JSON.stringify(old.custom, null, 2)}
        />
      </Field>
    </Ask>
  );
}

interface CardProps {
  one: Variation;
  again: Again;
}

function Card({ one, again }: CardProps) {
  const [isEditing, setEditing] = useState(false);
  return (
    <li class="card">
      <div class="grow">
        <BotMessage text={one.text ?? ""} data={{ ...one, buttons: readButtons(writeButtons(one.buttons)) } as never} />
        <p class="row small muted">
          {one.channel ? `only in ${one.channel}` : "in every channel"}
          {one.edited_since_last_training && <span class="tag">newer than the last training</span>}
        </p>
      </div>
      {may("responses:update") && (
        <button type="button" class="button" onClick={() => setEditing(true)}>
          Edit
        </button>
      )}
      {may("responses:delete") && (
        <Careful
          verb="Delete"
          what={`a variation of ${one.response_name}`}
          work={() => removeVariation(one).then(again)}
        >
          “{one.text ?? "without a text"}” is taken out of the project.
        </Careful>
      )}
      {isEditing && <Edit name={one.response_name} old={one} again={again} close={() => setEditing(false)} />}
    </li>
  );
}

interface OpenProps {
  group: Group;
  again: Again;
}

function Open({ group, again }: OpenProps) {
  const [asked, setAsked] = useState<"rename" | "add" | null>(null);
  const rename = async (given: FormData): Promise<void> => {
    const to = String(given.get("name"));
    await renameGroup(group.name, to);
    await again();
    go(urlOf(to), { replace: true });
  };
  return (
    <section class="col" aria-label={group.name}>
      <div class="head">
        <h2 class="title grow ell">
          <bdi>{group.name}</bdi>
        </h2>
        {may("responses:update") && (
          <button type="button" class="button" onClick={() => setAsked("rename")}>
            Rename
          </button>
        )}
        {may("responses:create") && (
          <button type="button" class="button" onClick={() => setAsked("add")}>
            Add a variation
          </button>
        )}
      </div>
      <ul class="scroll cards" aria-label="Variations">
        {group.responses.map((one) => (
          <Card key={one.id} one={one} again={again} />
        ))}
      </ul>
      {asked === "add" && <Edit name={group.name} old={null} again={again} close={() => setAsked(null)} />}
      {asked === "rename" && (
        <Ask title={`Rename ${group.name}`} verb="Rename" work={rename} close={() => setAsked(null)}>
          <p class="muted">In domain, stories and rules too.</p>
          <Field label="Name" name="name" required defaultValue={group.name} pattern="utter_[\w\/.+\-]+" />
        </Ask>
      )}
    </section>
  );
}

interface BodyProps {
  all: Group[];
  name: string | undefined;
  again: Again;
}

function Body({ all, name, again }: BodyProps) {
  const [shown, find] = useFound(
    all.map(({ name, responses }) => ({
      name,
      url: urlOf(name),
      words: `${name} ${responses.map((one) => one.text).join(" ")}`,
      about: (
        <span class="ell" dir="auto">
          {responses.length > 1 && `${plural(responses.length, "variation")} · `}
          {responses[0]?.text ?? "no text"}
        </span>
      ),
    })),
  );
  const open = all.find((group) => group.name === name);
  return (
    <div class="twolists">
      <Names
        what="responses"
        shown={shown}
        open={open && urlOf(open.name)}
        find={find}
        empty={all.length === 0 && EMPTY}
      />
      {open ? (
        <Open key={open.name} group={open} again={again} />
      ) : (
        <section class="col">
          {all.length > 0 && (
            <Blank title="Choose a response">
              <p class="muted">{EMPTY}</p>
            </Blank>
          )}
        </section>
      )}
    </div>
  );
}

/** What the bot says: names, and the variations of each. */
export function Responses({ name }: { name: string | undefined }) {
  const known = useLoad("responses", groups);
  const [isNew, setNew] = useState(false);
  return (
    <Page
      title="Responses"
      tabs={tabs()}
      here="/stories/responses"
      isFull
      actions={
        may("responses:create") && (
          <ActionButton id="stories.new" icon="plus" work={() => setNew(true)}>
            New response
          </ActionButton>
        )
      }
    >
      {isNew && <Edit name="" old={null} again={known.reload} close={() => setNew(false)} />}
      <Show from={known} what="responses">
        {(all) => <Body all={all} name={name} again={known.reload} />}
      </Show>
    </Page>
  );
}
