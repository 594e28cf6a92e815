import { read } from "../../api/manage.ts";
import { log } from "../../api/models.ts";
import type { Job } from "../../api/models.ts";
import { exact } from "../../model/time.ts";
import { Page, Section, Show } from "../../parts/page.tsx";
import { useLoad } from "../../state/load.ts";
import { Loss, ProgressView, isOpen } from "./progress.tsx";
import { CancelButton, State, kind } from "./recent.tsx";

const NEWS_MS = 1_500;

const Log = ({ job }: { job: Job }) => {
  const lines = useLoad(`log ${job.id} ${job.state}`, () => log(job.id), isOpen(job) ? NEWS_MS : undefined, [
    "job_changed",
  ]);
  return (
    <Show from={lines} what="log">
      {(all) => (
        <pre class="log" tabIndex={0} aria-label="Log">
          {all.join("\n") || "Nothing was written yet."}
        </pre>
      )}
    </Show>
  );
};

const Facts = ({ job }: { job: Job }) => (
  <dl>
    <dt>State</dt>
    <dd>
      <State job={job} />
    </dd>
    <dt>Begun</dt>
    <dd>
      {exact(job.created_at)} by <bdi>{job.created_by}</bdi>
    </dd>
    {job.model && (
      <>
        <dt>Model</dt>
        <dd>
          <bdi>{job.model}</bdi>
        </dd>
      </>
    )}
  </dl>
);

/** One job: how far it is, what it wrote, and how it ended. */
export function JobPage({ id }: { id: string }) {
  const found = useLoad(`job ${id}`, () => read<Job>(`/jobs/${id}`), NEWS_MS, ["job_changed"]);
  return (
    <Page
      title={found.data ? kind(found.data) : "Job"}
      actions={
        <>
          {found.data && isOpen(found.data) && <CancelButton job={found.data} again={found.reload} />}
          <a class="button" href="/models">
            All models
          </a>
        </>
      }
    >
      <Show from={found} what="job">
        {(job) => (
          <>
            <Section title="How it is">
              <Facts job={job} />
              {isOpen(job) ? <ProgressView job={job} /> : <Loss {...job.progress} />}
              {job.error && <p class="note bad">{job.error.message}</p>}
            </Section>
            <Section title="Log">
              <Log job={job} />
            </Section>
          </>
        )}
      </Show>
    </Page>
  );
}
