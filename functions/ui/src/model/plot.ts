/** One course of values; null where there was nothing to measure. */
export interface Line {
  name: string;
  values: (number | null)[];
}

/** The next number that people like on an axis: 1, 2 or 5 with zeros. */
export function nice(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power;
}

/** Where the axis of some lines ends. */
export const extent = (lines: Line[], least: number): number =>
  nice(Math.max(least, 0, ...lines.flatMap((line) => line.values.map((value) => value ?? 0))));

/** Where the axis is labelled: nothing, half and all. */
export const ticks = (top: number): number[] => [0, top / 2, top];

/** An SVG path through what is known; where something is missing the line breaks, and a lone value is a dot. */
export function path(values: (number | null)[], x: (place: number) => number, y: (value: number) => number): string {
  let isOpen = false;
  return values
    .map((value, place) => {
      if (value === null) {
        isOpen = false;
        return "";
      }
      const at = `${x(place).toFixed(1)} ${y(value).toFixed(1)}`;
      const piece = isOpen ? `L${at}` : values[place + 1] == null ? `M${at}h0.1` : `M${at}`;
      isOpen = true;
      return piece;
    })
    .join("");
}
