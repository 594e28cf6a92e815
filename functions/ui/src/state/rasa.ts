import { signal } from "./signal.ts";
import { health, productionModel } from "../api/parlance.ts";
import { may } from "./token.ts";

export interface RasaState {
  mood: "unknown" | "ready" | "waiting";
  text: string;
  /** The model that answers now. */
  model: string;
}

/** Whether Rasa production can answer, in words. */
export const rasa = signal<RasaState>({ mood: "unknown", text: "Rasa: asking…", model: "" });

let known = "";

/** The name of the production model; asked for only when Rasa has loaded another one. */
async function modelName(id: string | undefined): Promise<string> {
  if (!id || !may("models:list")) return "";
  if (id !== known) rasa.value = { ...rasa.value, model: (await productionModel().catch(() => undefined)) ?? "" };
  known = id;
  return rasa.value.model;
}

export async function refreshRasa(): Promise<void> {
  const { production } = await health();
  if (production?.status === 200 && production.state !== "asleep") {
    const model = await modelName(production.model_id);
    rasa.value = { mood: "ready", text: `Rasa ${production.version ?? ""} is ready`, model };
  } else {
    const text = production?.message?.replace(/\.$/, "") ?? "Rasa is not ready yet";
    rasa.value = { mood: "waiting", text, model: "" };
    known = "";
  }
}
