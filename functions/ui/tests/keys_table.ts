import { byRoom, caps } from "../src/keymap.ts";
import type { Binding } from "../src/keymap.ts";

const line = (one: Binding): string =>
  `| ${caps(one.keys)
    .map((cap) => `\`${cap}\``)
    .join(" ")} | ${one.does} |`;

/** The key map as docs/ui.md shows it. */
export const keysTable = (): string =>
  byRoom()
    .map(({ room, bindings }) => [`## ${room}`, "", "| Key | Does |", "|---|---|", ...bindings.map(line)].join("\n"))
    .join("\n\n");
