import { signal } from "@preact/signals";
import { health } from "../api/parlance.ts";

export interface RasaState {
  mood: "unknown" | "ready" | "waiting";
  text: string;
}

/** Whether Rasa production can answer, in words. */
export const rasa = signal<RasaState>({ mood: "unknown", text: "Rasa: asking…" });

const isWell = (status: unknown): boolean => status === undefined || status === 200 || status === "ok" || status === "ready";

export async function refreshRasa(): Promise<void> {
  const { production } = await health();
  const isReady = production !== undefined && isWell(production.status) && production.version !== "0.0.0";
  rasa.value = isReady
    ? { mood: "ready", text: `Rasa ${production.version ?? ""} is ready` }
    : { mood: "waiting", text: production?.message ?? "Rasa is not ready yet" };
}
