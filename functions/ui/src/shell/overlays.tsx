import { signal } from "../state/signal.ts";
import { useKey } from "../state/keys.ts";
import { later } from "../later.ts";

/** What lies over the screen now. */
export const overlay = signal<"sheet" | "palette" | null>(null);

export const openSheet = (): void => void (overlay.value = "sheet");
export const openPalette = (): void => void (overlay.value = "palette");
export const closeOverlay = (): void => void (overlay.value = null);

const Sheet = later("keys", (rest) => rest.Sheet, null);
const Palette = later("commands", (rest) => rest.Palette, null);

/** The list of keys and the palette of commands: fetched when they are first asked for. */
export function Overlays() {
  useKey("help", openSheet);
  useKey("palette", openPalette);
  if (overlay.value === "sheet") return <Sheet />;
  return overlay.value === "palette" ? <Palette /> : null;
}
