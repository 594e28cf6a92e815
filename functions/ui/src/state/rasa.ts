import { signal } from "@preact/signals";
import { health } from "../api/parlance.ts";

export interface RasaState {
  mood: "unknown" | "ready" | "waiting";
  text: string;
  /** The model that answers now. */
  model: string;
}

/** Whether Rasa production can answer, in words. */
export const rasa = signal<RasaState>({ mood: "unknown", text: "Rasa: asking…", model: "" });

/** The model's file without its ending: that is what people call it. */
const modelName = (file: string | undefined): string => file?.replace(/^.*\//, "").replace(/\.tar\.gz$/, "") ?? "";

export async function refreshRasa(): Promise<void> {
  const { production } = await health();
  const isReady = production?.status === 200;
  rasa.value = isReady
    ? { mood: "ready", text: `Rasa ${production.version ?? ""} is ready`, model: modelName(production.model) }
    : { mood: "waiting", text: production?.message?.replace(/\.$/, "") ?? "Rasa is not ready yet", model: "" };
}
