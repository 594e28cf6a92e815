/** Numbers as people read them. */
const COUNT = new Intl.NumberFormat();

export const count = (value: number): string => COUNT.format(value);

/** A share between 0 and 1 as percent; a dash for none. */
export const percentage = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : `${(value * 100).toFixed(value > 0 && value < 0.0995 ? 1 : 0)} %`;

/** A decimal number, two digits behind the point; a dash for none. */
export const decimal = (value: number | null | undefined, digits = 2): string =>
  value === null || value === undefined ? "–" : value.toFixed(digits);

/** Bytes in the unit that leaves one to three digits before the point. */
export function bytes(value: number): string {
  const units = ["B", "KB", "MB", "GB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  const scaled = value / 1000 ** power;
  return `${scaled >= 100 || power === 0 ? Math.round(scaled) : scaled.toFixed(1)} ${units[power]}`;
}

/** "1 model", "3 models". */
export const plural = (n: number, word: string): string => `${count(n)} ${word}${n === 1 ? "" : "s"}`;
