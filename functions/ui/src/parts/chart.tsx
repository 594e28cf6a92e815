import type { ComponentChildren } from "preact";
import { extent, path, ticks } from "../model/plot.ts";
import type { Line } from "../model/plot.ts";

const WIDTH = 640;
const HEIGHT = 180;
const LEFT = 52;
const BOTTOM = 20;
const TOP = 8;

interface Props {
  /** Says what is drawn to those who do not see it; the numbers stand in the table beside it. */
  title: string;
  lines: Line[];
  /** The label below each place. */
  places: string[];
  /** How a value is written. */
  write: (value: number | null) => string;
  /** Where the axis ends at least. */
  most?: number;
  isBars?: boolean;
}

const Axis = ({ top, write }: { top: number; write: (value: number | null) => string }) => (
  <g class="axis">
    {ticks(top).map((value) => {
      const y = TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
      return (
        <g key={value}>
          <line x1={LEFT} x2={WIDTH} y1={y} y2={y} />
          <text x={LEFT - 6} y={y + 4} text-anchor="end">
            {write(value)}
          </text>
        </g>
      );
    })}
  </g>
);

const Names = ({ places, x }: { places: string[]; x: (place: number) => number }) => {
  const every = Math.ceil(places.length / 7);
  return (
    <g class="axis">
      {places.map((name, i) =>
        i % every === 0 ? (
          <text
            key={i}
            x={x(i)}
            y={HEIGHT - 4}
            text-anchor={i === 0 ? "start" : i === places.length - 1 ? "end" : "middle"}
          >
            {name}
          </text>
        ) : null,
      )}
    </g>
  );
};

/** Lines or bars in an own SVG: at most some hundred points, so nothing more is needed. */
export function Chart({ title, lines, places, write, most = 0, isBars }: Props) {
  const top = extent(lines, most);
  const room = WIDTH - LEFT;
  const step = room / Math.max(1, isBars ? places.length : places.length - 1);
  const x = (place: number): number => LEFT + (isBars ? (place + 0.5) * step : place * step);
  const y = (value: number): number => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
  return (
    <figure class="chart">
      {lines.length > 1 && (
        <figcaption class="legend small">
          {lines.map((line, i) => (
            <span key={line.name} class={`l${i}`}>
              {line.name}
            </span>
          ))}
        </figcaption>
      )}
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={title}>
        <Axis top={top} write={write} />
        <Names places={places} x={x} />
        {isBars
          ? lines[0]?.values.map((value, i) => (
              <rect key={i} x={x(i) - step * 0.35} width={step * 0.7} y={y(value ?? 0)} height={y(0) - y(value ?? 0)}>
                <title>{`${places[i]}: ${write(value ?? 0)}`}</title>
              </rect>
            ))
          : lines.map((line, i) => <path key={line.name} class={`l${i}`} d={path(line.values, x, y)} />)}
      </svg>
    </figure>
  );
}

/** A course in the height of a line of text. */
export const Spark = ({ values, title }: { values: number[]; title: string }) => {
  const top = extent([{ name: "", values }], 1);
  const x = (place: number): number => 1 + (place * 78) / Math.max(1, values.length - 1);
  return (
    <svg class="spark" viewBox="0 0 80 20" width="80" height="20" role="img" aria-label={title}>
      <path class="l0" d={path(values, x, (value) => 18 - (value / top) * 16)} />
    </svg>
  );
};

/** The numbers behind a chart, folded away under it. */
export const Numbers = ({ children }: { children: ComponentChildren }) => (
  <details class="numbers">
    <summary>As a table</summary>
    {children}
  </details>
);
