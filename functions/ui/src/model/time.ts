const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** A duration for people, two units at most: `5 min 12 s`, `2 h 4 min`, `3 days`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return join(Math.floor(whole / MINUTE), "min", whole % MINUTE, "s");
  if (whole < DAY) return join(Math.floor(whole / HOUR), "h", Math.floor((whole % HOUR) / MINUTE), "min");
  const days = Math.round(whole / DAY);
  return days === 1 ? "1 day" : `${days} days`;
}

const join = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
  small > 0 ? `${big} ${bigUnit} ${small} ${smallUnit}` : `${big} ${bigUnit}`;

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY_MONTH = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const FULL_DATE = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

const asDate = (seconds: number): Date => new Date(seconds * 1000);
const sameDay = (a: Date, b: Date): boolean => a.toDateString() === b.toDateString();

export const clock = (seconds: number): string => CLOCK.format(asDate(seconds));
export const exact = (seconds: number): string => EXACT.format(asDate(seconds));
export const iso = (seconds: number): string => asDate(seconds).toISOString();

/** Today the hour, this year the day, else the date: as short as it can be told. */
export function short(seconds: number, now: Date = new Date()): string {
  const date = asDate(seconds);
  if (sameDay(date, now)) return CLOCK.format(date);
  return (date.getFullYear() === now.getFullYear() ? DAY_MONTH : FULL_DATE).format(date);
}

/** From when to when something happened, without repeating the day. */
export function range(start: number, end: number, now: Date = new Date()): string {
  const [from, to] = [asDate(start), asDate(end)];
  const day = sameDay(from, now) ? "" : `${short(start, now)}, `;
  if (!sameDay(from, to)) return `${short(start, now)} – ${short(end, now)}`;
  return clock(start) === clock(end) ? `${day}${clock(start)}` : `${day}${clock(start)} – ${clock(end)}`;
}
