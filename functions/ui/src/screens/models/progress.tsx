import type { Job, Progress } from "../../api/models.ts";
import { decimal } from "../../model/figures.ts";
import { duration } from "../../model/time.ts";
import { Chart } from "../../parts/chart.tsx";

export const isOpen = ({ state }: Job): boolean => state === "queued" || state === "running";

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

export const Loss = ({ loss_of, losses = [] }: Progress) =>
  losses.length < 2 ? null : (
    <Chart
      title={`Loss of ${loss_of} by epoch`}
      lines={[{ name: "loss", values: losses.map(([, loss]) => loss) }]}
      places={losses.map(([epoch]) => String(epoch))}
      write={decimal}
    />
  );

/** How far a job is: a bar, in words, and the course of the loss. */
export const ProgressView = ({ job: { state, progress } }: { job: Job }) => (
  <>
    <progress max={100} value={progress?.percent} aria-label="Progress" />
    <p class="small muted" role="status">
      {state === "queued" ? "Waiting for its turn" : progress ? words(progress) : "Starting"}
    </p>
    {progress && <Loss {...progress} />}
  </>
);
