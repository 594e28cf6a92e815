import { signal } from "../../state/signal.ts";
import type { Job, Progress } from "../../api/models.ts";
import { decimal } from "../../model/figures.ts";
import { duration } from "../../model/time.ts";
import { Chart } from "../../parts/chart.tsx";

export const isOpen = (job: Job): boolean => job.state === "queued" || job.state === "running";

interface Point {
  component: string;
  epoch: number;
  loss: number;
}

/** The losses that were seen while this page was open, by job. */
const seen = signal<Record<string, Point[]>>({});

/** Keep what a job says of its loss, once an epoch. */
export function note(job: Job): void {
  const { component = "", epoch, loss } = job.progress ?? {};
  if (epoch === undefined || loss === undefined) return;
  const points = seen.value[job.id] ?? [];
  const last = points.at(-1);
  if (last?.component === component && last.epoch === epoch) return;
  seen.value = { ...seen.value, [job.id]: [...points, { component, epoch, loss }] };
}

const words = (progress: Progress): string =>
  [
    progress.stage,
    progress.component,
    progress.epoch !== undefined && `epoch ${progress.epoch}${progress.epochs ? ` of ${progress.epochs}` : ""}`,
    progress.loss !== undefined && `loss ${decimal(progress.loss, 3)}`,
    progress.accuracy !== undefined && `accuracy ${decimal(progress.accuracy, 3)}`,
    progress.eta_s !== undefined && `${duration(progress.eta_s)} left`,
  ]
    .filter(Boolean)
    .join(" · ");

const Loss = ({ points }: { points: Point[] }) => {
  const { component } = points.at(-1) as Point;
  const mine = points.filter((point) => point.component === component);
  return mine.length < 2 ? null : (
    <Chart
      title={`Loss of ${component} by epoch`}
      lines={[{ name: "loss", values: mine.map((point) => point.loss) }]}
      places={mine.map((point) => String(point.epoch))}
      write={decimal}
    />
  );
};

/** How far a job is: a bar, in words, and the course of the loss. */
export const ProgressView = ({ job }: { job: Job }) => {
  const points = seen.value[job.id] ?? [];
  return (
    <>
      <progress max={100} value={job.progress?.percent ?? (isOpen(job) ? undefined : 100)} aria-label="Progress" />
      <p class="small muted" role="status">
        {job.state === "queued" ? "Waiting for its turn" : job.progress ? words(job.progress) : "Starting"}
      </p>
      {points.length > 0 && <Loss points={points} />}
    </>
  );
};
