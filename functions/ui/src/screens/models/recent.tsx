import { cancel, retry } from "../../api/models.ts";
import type { Job } from "../../api/models.ts";
import { roomUrl } from "../../model/route.ts";
import { duration } from "../../model/time.ts";
import { Careful, Plain } from "../../parts/dialog.tsx";
import { Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import type { Column } from "../../parts/table.tsx";
import { When } from "../../parts/when.tsx";
import { attempt } from "../../state/load.ts";
import { may } from "../../state/token.ts";
import { ProgressView, isOpen } from "./progress.tsx";

type Again = () => Promise<void>;

export const KINDS: Record<string, string> = { train: "Training", evaluate: "Evaluation" };

export const kind = (job: Job): string => KINDS[job.kind] ?? job.kind;

export const CancelButton = ({ job, again }: { job: Job; again: Again }) =>
  may("models.jobs:delete") ? (
    <Careful
      verb="Cancel"
      what={`${kind(job).toLowerCase()} of ${job.created_by}`}
      work={() => cancel(job.id).then(again)}
    >
      What it has done so far is lost.
    </Careful>
  ) : null;

/** A job that is at work, with all it says of itself. */
export const Running = ({ job, again }: { job: Job; again: Again }) => (
  <Section
    title={`${kind(job)} by ${job.created_by}`}
    actions={
      <>
        <a class="button" href={roomUrl("models", ["jobs", job.id])}>
          Log
        </a>
        <CancelButton job={job} again={again} />
      </>
    }
  >
    <ProgressView job={job} />
  </Section>
);

const STATES: Record<Job["state"], string> = {
  queued: "waiting",
  running: "running",
  succeeded: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
  lost: "lost",
};

const MARKS: Partial<Record<Job["state"], string>> = { succeeded: "pill", failed: "tag bad", lost: "tag bad" };

export const State = ({ job }: { job: Job }) => <span class={MARKS[job.state] ?? "pill off"}>{STATES[job.state]}</span>;

const took = (job: Job): string =>
  job.started_at && job.finished_at ? duration(job.finished_at - job.started_at) : "–";

const Outcome = ({ job }: { job: Job }) => <span class="clip">{job.error?.message ?? <bdi>{job.model}</bdi>}</span>;

const again = (job: Job, done: Again): void => void attempt(() => retry(job.id), "Begun again.").then(done);

const columns = (done: Again): Column<Job>[] => [
  { name: "Job", cell: (job) => <a href={roomUrl("models", ["jobs", job.id])}>{kind(job)}</a> },
  { name: "State", cell: (job) => <State job={job} /> },
  { name: "Begun", cell: (job) => <When at={job.created_at} /> },
  { name: "By", cell: (job) => <bdi>{job.created_by}</bdi> },
  { name: "Took", cell: took, isNumber: true },
  { name: "Outcome", cell: (job) => <Outcome job={job} /> },
  {
    name: "Actions",
    isActions: true,
    cell: (job) =>
      isOpen(job) ? (
        <CancelButton job={job} again={done} />
      ) : job.state !== "succeeded" && may("models.jobs:create") ? (
        <Plain verb="Try again" work={() => again(job, done)} />
      ) : null,
  },
];

/** How the latest jobs ended. */
export const Recent = ({ jobs, again: done }: { jobs: Job[]; again: Again }) => (
  <Section title="Recent jobs">
    <Table caption="Recent jobs" rows={jobs} columns={columns(done)} id={(job) => job.id} empty="None." />
  </Section>
);
