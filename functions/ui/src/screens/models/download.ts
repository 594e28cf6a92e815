import { call } from "../../api/call.ts";

/** Save a model: the API gives an address in storage that works for some minutes. */
export async function download(name: string): Promise<void> {
  const { data } = await call<{ url: string }>(`/projects/default/models/${encodeURIComponent(name)}`);
  location.assign(data.url);
}
