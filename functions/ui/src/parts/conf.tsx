import { percent } from "../model/why.ts";

/** Below this the bar warns; the number says it too, so that colour is never alone. */
const UNSURE = 0.7;
const LOST = 0.4;

export const level = (value: number): string => (value >= UNSURE ? "sure" : value >= LOST ? "unsure" : "lost");

const width = (value: number): Record<string, string> => ({
  "--c": `${Math.round(Math.min(1, Math.max(0, value)) * 100)}%`,
});

/** Confidence as bar and number. */
export const Conf = ({ value, what = "confidence" }: { value: number; what?: string }) => (
  <span class={`conf num ${level(value)}`} title={`${what} ${value}`}>
    <i style={width(value)} aria-hidden="true" />
    <span class="sr">{what} </span>
    {percent(value)}
  </span>
);
