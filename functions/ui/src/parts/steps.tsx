import type { Step } from "../model/fold.ts";
import { percent } from "../model/why.ts";
import { exact } from "../model/time.ts";

const FEW = 5;

const summary = (steps: Step[]): string => {
  const shown = steps.slice(0, FEW).map((step) => step.label);
  return shown.reduce((line, label, i) => `${line}${i === 0 ? "" : steps[i]?.isAction ? " → " : " · "}${label}`, "");
};

const Line = ({ step }: { step: Step }) => (
  <li title={exact(step.at)}>
    <span>{step.label}</span>
    {step.policy && <span class="muted">{step.policy}</span>}
    {step.policy && step.confidence !== null && <span class="num muted">{percent(step.confidence)}</span>}
  </li>
);

/** What the machine did between two messages: one line, all of it when opened. */
export const Steps = ({ steps }: { steps: Step[] }) => (
  <details class="steps">
    <summary>
      <span dir="auto">{summary(steps)}</span>
      {steps.length > FEW && <b> +{steps.length - FEW} more</b>}
    </summary>
    <ul>
      {steps.map((step, i) => (
        <Line key={i} step={step} />
      ))}
    </ul>
  </details>
);
