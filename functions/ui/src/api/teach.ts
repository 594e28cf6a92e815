import { call } from "./call.ts";

export type FlowKind = "stories" | "rules";
export type CheckKind = FlowKind | "domain" | "config";

/** A story or a rule, with its text as YAML. */
export interface Flow {
  id: number;
  name: string;
  story: string;
  filename: string;
  line: number;
  etag: string;
}

export interface Problem {
  path: string;
  line: number;
  severity: "error" | "warning";
  message: string;
}

export interface Step {
  kind: string;
  label: string;
  line: number;
}

export interface Checked {
  problems: Problem[];
  flows: { name: string; steps: Step[] }[];
}

export interface Button {
  title: string;
  payload?: string;
}

/** One variation of a response. */
export interface Variation {
  id: number;
  response_name: string;
  text?: string;
  image?: string;
  channel?: string;
  buttons?: Button[];
  custom?: unknown;
  attachment?: unknown;
  elements?: unknown;
  quick_replies?: unknown;
  edited_since_last_training: boolean;
  etag: string;
}

export interface Group {
  name: string;
  responses: Variation[];
}

export interface Project {
  files: Record<string, string>;
  problems: Problem[];
  left_out?: string[];
}

/** A text with the tag that a change of it must name. */
export interface Tagged {
  text: string;
  etag: string | undefined;
}

export type Apart = Record<string, { in_domain: string[]; in_training_data: string[] }>;

const YAML = "application/yaml";
const yaml = (text: string): { raw: { data: string; type: string } } => ({ raw: { data: text, type: YAML } });
const PLACES = { domain: "/domain", config: "/projects/default/settings" };

export const flows = async (kind: FlowKind): Promise<Flow[]> => (await call<Flow[]>(`/${kind}`)).data;
export const addFlow = async (kind: FlowKind, text: string): Promise<Flow[]> =>
  (await call<Flow[]>(`/${kind}`, { method: "POST", ...yaml(text) })).data;
export const saveFlow = async (kind: FlowKind, flow: Flow, text: string): Promise<Flow> =>
  (await call<Flow>(`/${kind}/${flow.id}`, { method: "PUT", ifMatch: flow.etag, ...yaml(text) })).data;
export const removeFlow = (kind: FlowKind, flow: Flow): Promise<unknown> =>
  call(`/${kind}/${flow.id}`, { method: "DELETE", ifMatch: flow.etag });

export const check = async (kind: CheckKind, text: string): Promise<Checked> =>
  (await call<Checked>("/projects/default/checks", { method: "POST", body: { kind, text } })).data;

export async function readText(kind: "domain" | "config"): Promise<Tagged> {
  const { data, headers } = await call<string | null>(PLACES[kind], { accept: YAML });
  return { text: data ?? "", etag: headers.get("ETag") ?? undefined };
}
export async function writeText(kind: "domain" | "config", text: string, etag: string | undefined): Promise<void> {
  await call(PLACES[kind], { method: "PUT", ifMatch: etag, ...yaml(text) });
}

export const domainWarnings = async (): Promise<Apart> => (await call<Apart>("/domainWarnings")).data;

export const groups = async (): Promise<Group[]> => (await call<Group[]>("/responseGroups")).data;
export const renameGroup = (name: string, to: string): Promise<unknown> =>
  call(`/responseGroups/${encodeURIComponent(name)}`, { method: "PUT", body: { name: to } });
export const addVariation = (body: unknown): Promise<unknown> => call("/responses", { method: "POST", body });
export const saveVariation = (old: Variation, body: unknown): Promise<unknown> =>
  call(`/responses/${old.id}`, { method: "PUT", ifMatch: old.etag, body });
export const removeVariation = (old: Variation): Promise<unknown> =>
  call(`/responses/${old.id}`, { method: "DELETE", ifMatch: old.etag });

export const project = async (): Promise<Project> => (await call<Project>("/projects/default/files")).data;
export const importZip = async (file: Blob): Promise<Project> =>
  (await call<Project>("/projects/default/files", { method: "POST", raw: { data: file, type: "application/zip" } }))
    .data;
