import { session } from "../state/token.ts";
import { ApiError } from "./call.ts";

/** Give a file of the API to the browser's downloads. */
export async function download(path: string, accept: string, name: string): Promise<void> {
  const headers = { Accept: accept, Authorization: `Bearer ${session.value?.token ?? ""}` };
  const answer = await fetch(`/api${path}`, { headers });
  if (!answer.ok) throw new ApiError(answer.status, `The server answered ${answer.status}.`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
