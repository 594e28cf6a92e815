import { call } from "./call.ts";

export interface Model {
  model: string;
  trained_at: number;
  version: string;
  tags: string[];
  size: number;
  job: string | null;
  model_id: string;
  created_by: string;
}

export interface Progress {
  stage?: string;
  component?: string;
  epoch?: number;
  epochs?: number;
  loss?: number;
  accuracy?: number;
  percent?: number;
  eta_s?: number;
  /** The course of the loss of one component, by epoch. */
  loss_of?: string;
  losses?: [epoch: number, loss: number][];
}

export interface Job {
  id: string;
  kind: string;
  state: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "lost";
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  created_by: string;
  attempt: number;
  progress: Progress | null;
  model: string | null;
  error: { code: string; message: string } | null;
}

const MODELS = "/projects/default/models";
const at = (name: string): string => `${MODELS}/${encodeURIComponent(name)}`;
const tagAt = (name: string, tag: string): string => `${at(name)}/tags/${encodeURIComponent(tag)}`;

export const PRODUCTION = "production";

export const models = async (): Promise<Model[]> => (await call<Model[]>(MODELS)).data;
export const jobs = async (): Promise<Job[]> => (await call<Job[]>("/jobs", { query: { limit: "30" } })).data;
export const train = async (options: Record<string, unknown>): Promise<Job> =>
  (await call<Job>(`${MODELS}/jobs`, { method: "POST", body: options })).data;
export const cancel = (id: string): Promise<unknown> => call(`/jobs/${id}/cancel`, { method: "POST" });
export const retry = (id: string): Promise<unknown> => call(`/jobs/${id}/retry`, { method: "POST" });
export const log = async (id: string): Promise<string[]> =>
  (await call<{ lines: string[] }>(`/jobs/${id}/log`, { query: { limit: "500" } })).data.lines;
export const tag = (name: string, tag: string): Promise<unknown> => call(tagAt(name, tag), { method: "PUT" });
export const untag = (name: string, tag: string): Promise<unknown> => call(tagAt(name, tag), { method: "DELETE" });
/** Give production back to the model that had it before. */
export const rollBack = (): Promise<unknown> => call(`${MODELS}/tags/${PRODUCTION}/rollback`, { method: "POST" });
export const remove = (name: string): Promise<unknown> => call(at(name), { method: "DELETE" });

/** What fits through the API in one piece. */
const PIECE = 4_000_000;

/** Bring a trained model in, piece by piece; `tell` hears how far it is, between 0 and 1. */
export async function upload(file: File, tell: (share: number) => void): Promise<Model> {
  const { data } = await call<{ upload: string }>(`${MODELS}/uploads`, { method: "POST", body: { size: file.size } });
  const place = `${MODELS}/uploads/${data.upload}`;
  for (let at = 0; at < file.size; at += PIECE) {
    tell(at / file.size);
    const raw = { data: file.slice(at, at + PIECE), type: "application/octet-stream" };
    await call(`${place}/parts/${at / PIECE + 1}`, { method: "PUT", raw });
  }
  return (await call<Model>(place, { method: "PUT", body: { name: file.name } })).data;
}
