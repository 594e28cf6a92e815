import { useSignal } from "../../view/hooks.ts";
import { PRODUCTION, jobs, remove, rollBack, tag, train, untag, upload } from "../../api/models.ts";
import type { Model } from "../../api/models.ts";
import { bytes, percentage } from "../../model/figures.ts";
import { roomUrl } from "../../model/route.ts";
import { ActionButton } from "../../parts/action.tsx";
import { Ask, Careful, Field } from "../../parts/dialog.tsx";
import { Page } from "../../parts/page.tsx";
import type { Column } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";
import { attempt, useLoad } from "../../state/load.ts";
import { go } from "../../state/location.ts";
import { may } from "../../state/token.ts";
import { download } from "./download.ts";
import { Listing } from "../settings/listing.tsx";
import type { Deed, Form } from "../settings/listing.tsx";
import { isOpen } from "./progress.tsx";
import { Recent, Running } from "./recent.tsx";

const NEWS_MS = 1_500;

type Again = () => Promise<void>;

const Tags = ({ model, again }: { model: Model; again: Again }) => (
  <span class="row wrap">
    {model.tags.map((one) => (
      <span key={one} class={one === PRODUCTION ? "pill" : "chip on"}>
        {one === PRODUCTION ? "in production" : one}
        {one !== PRODUCTION && may("models.tags:delete") && (
          <button
            type="button"
            class="bare tiny"
            aria-label={`Remove tag ${one} of ${model.model}`}
            onClick={() => void attempt(() => untag(model.model, one)).then(again)}
          >
            ×
          </button>
        )}
      </span>
    ))}
  </span>
);

const columns = (again: Again): Column<Model>[] => [
  {
    name: "Model",
    cell: (model) => (
      <a href={roomUrl("models", ["model", model.model])}>
        <bdi>{model.model}</bdi>
      </a>
    ),
  },
  { name: "Tags", cell: (model) => <Tags model={model} again={again} /> },
  { name: "Trained", cell: (model) => <When at={model.trained_at} /> },
  { name: "By", cell: (model) => <bdi>{model.created_by}</bdi> },
  { name: "Rasa", cell: (model) => model.version, isNumber: true },
  { name: "Size", cell: (model) => bytes(model.size), isNumber: true },
];

const what = (model: Model): string => model.model;
const isAside = (model: Model): boolean => !model.tags.includes(PRODUCTION);

const DEEDS: Deed<Model>[] = [
  {
    verb: "Promote",
    scope: "models.tags:update",
    what,
    warning: "Rasa fetches it within seconds; conversations that are going on continue with it.",
    work: (model) => tag(model.model, PRODUCTION),
    fits: isAside,
  },
  { verb: "Download", scope: "models:get", what, work: (model) => download(model.model) },
  {
    verb: "Delete",
    scope: "models:delete",
    what,
    warning: "The model is gone for good, with its tags.",
    work: (model) => remove(model.model),
    fits: isAside,
  },
];

const GIVE_TAG: Form<Model> = {
  verb: "Tag",
  scope: "models.tags:update",
  title: (model) => `Tag ${model?.model}`,
  fields: () => (
    <Field label="Tag" name="tag" required pattern="[A-Za-z0-9][A-Za-z0-9._\-]*" hint="Letters, digits, . _ -" />
  ),
  work: (given, model) => tag(model?.model ?? "", String(given.get("tag")).trim()),
};

const RollBack = ({ again }: { again: Again }) => (
  <Careful verb="Roll back" what="production" work={() => rollBack().then(again)}>
    The model that was in production before answers users again, within seconds.
  </Careful>
);

const Empty = () => (
  <>
    No model yet. <b>Train</b> makes one of the project as it is now; the first one is served by itself.
  </>
);

const OPTIONS = [
  ["force", "Train every part anew, even what did not change"],
  ["promote", "Put it into production when it is ready"],
  ["skip_validation", "Train also what Rasa's own checks refuse"],
] as const;

const read = (given: FormData): Record<string, unknown> => ({
  ...Object.fromEntries(OPTIONS.map(([name]) => [name, given.has(name)])),
  ...(given.get("only") && { only: given.get("only") }),
});

function TrainDialog({ close }: { close: () => void }) {
  const start = async (given: FormData): Promise<void> =>
    go(roomUrl("models", ["jobs", (await train(read(given))).id]));
  return (
    <Ask title="Train a model" verb="Train" work={start} close={close}>
      <p class="muted">Of the project's data as it is now. You may leave this page meanwhile.</p>
      <Field label="What" name="only">
        <select name="only">
          <option value="">The whole assistant</option>
          <option value="nlu">Only what understands messages (NLU)</option>
          <option value="core">Only what decides (Core)</option>
        </select>
      </Field>
      {OPTIONS.map(([name, label]) => (
        <label key={name} class="row check">
          <input type="checkbox" name={name} />
          {label}
        </label>
      ))}
    </Ask>
  );
}

function UploadButton({ again }: { again: Again }) {
  const sent = useSignal<number | null>(null);
  const bring = async (file: File): Promise<void> => {
    await attempt(() => upload(file, (share) => (sent.value = share)), `${file.name} is here.`);
    sent.value = null;
    await again();
  };
  return (
    <label class="button file">
      {sent.value === null ? "Upload" : `Uploading, ${percentage(sent.value)}`}
      <input
        class="sr"
        type="file"
        accept=".gz"
        aria-label="Upload a model"
        disabled={sent.value !== null}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) void bring(file);
        }}
      />
    </label>
  );
}

const More = ({ models, again }: { models: Model[]; again: Again }) => (
  <>
    {may("models:create") && <UploadButton again={again} />}
    {may("models.tags:update") && models.length > 1 && <RollBack again={again} />}
  </>
);

/** Every model there is, what is being trained, and how earlier trainings ended. */
export function Models() {
  const isAsking = useSignal(false);
  const work = useLoad("jobs", jobs, NEWS_MS, ["job_changed"]);
  const all = work.data ?? [];
  const over = all.filter((job) => !isOpen(job));
  return (
    <Page
      title="Models"
      actions={
        may("models.jobs:create") && (
          <ActionButton id="models.train" primary work={() => (isAsking.value = true)}>
            Train
          </ActionButton>
        )
      }
    >
      {isAsking.value && <TrainDialog close={() => (isAsking.value = false)} />}
      {all.filter(isOpen).map((job) => (
        <Running key={job.id} job={job} again={work.reload} />
      ))}
      <Listing<Model>
        title="Models"
        about="The one in production answers users."
        path="/projects/default/models"
        everyMs={NEWS_MS * 4}
        names={["model_changed"]}
        id={what}
        columns={columns}
        empty={<Empty />}
        edit={GIVE_TAG}
        deeds={DEEDS}
        more={(models, again) => <More models={models} again={again} />}
      />
      {over.length > 0 && <Recent jobs={over} again={work.reload} />}
    </Page>
  );
}
