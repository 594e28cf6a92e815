const HOUR = 3600;
const DAY = 86_400;

/** What can be looked at: how many days, in bins of how many hours. */
export const PERIODS = [
  { days: 1, label: "24 hours", hours: 1 },
  { days: 7, label: "7 days", hours: 24 },
  { days: 30, label: "30 days", hours: 24 },
  { days: 91, label: "3 months", hours: 168 },
  { days: 364, label: "a year", hours: 672 },
] as const;

export type Period = (typeof PERIODS)[number];

/** The period that an address means: seven days unless it says so. */
export function readPeriod(search: string): Period {
  const days = Number(new URLSearchParams(search).get("days") ?? 7);
  return PERIODS.find((one) => one.days === days) ?? PERIODS[1];
}

/** From when to when, unix seconds: up to the end of this hour, or of this day where bins are days. */
export function bounds(period: Period, now: Date): { start: number; end: number; window: number } {
  const end = new Date(now);
  if (period.hours === 1) end.setHours(end.getHours() + 1, 0, 0, 0);
  else end.setHours(24, 0, 0, 0);
  const until = end.getTime() / 1000;
  return { start: until - period.days * DAY, end: until, window: period.hours * HOUR };
}

const HOURS = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAYS = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** The name of a bin: its hour, or the day on which it begins. */
export const binName = (center: number, width: number): string =>
  (width <= HOUR ? HOURS : DAYS).format(new Date((center - width / 2) * 1000));
