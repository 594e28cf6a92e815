import { call } from "./call.ts";

export type Course = (number | null)[];

export interface Group {
  name: string | null;
  model_id?: string | null;
  messages: number;
  sessions: number;
  fallback_rate: number | null;
  handled_rate: number | null;
  confidence: number | null;
  /** Sessions with at least one message, two, three... */
  drop_off: number[];
}

export interface Insights {
  start: number;
  end: number;
  bin_width: number;
  bin_centers: number[];
  /** The share of sessions whose events were read. */
  sample: number;
  totals: Record<string, number | null>;
  series: Record<string, Course>;
  intents: { name: string; messages: number; series: number[]; trend: number | null }[];
  drop_off: number[];
  channels: Group[];
  models: Group[];
}

export const insights = async (start: number, end: number, window: number): Promise<Insights> =>
  (await call<Insights>("/insights", { query: { start: `${start}`, end: `${end}`, window: `${window}` } })).data;

/** A step of conversations, what came before it, and how often. */
export interface Taken {
  before: { kind: string; name: string } | null;
  kind: string;
  name: string;
  times: number;
}

const MONTH = 30 * 86_400;

/** What followed what in the last thirty days. */
export const taken = async (): Promise<Taken[]> =>
  (await call<{ steps: Taken[] }>("/insights/steps", { query: { start: `${Date.now() / 1000 - MONTH}` } })).data.steps;
