/** Something the palette can do. */
export interface Command {
  id: string;
  label: string;
  /** The keys that do the same. */
  keys: string;
}

const words = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/** Every word is somewhere in the label; a label that has them at the beginning of its own words comes first. */
function rank(label: string, wanted: string[]): number {
  const parts = words(label);
  if (wanted.every((word) => parts.some((part) => part.startsWith(word)))) return 0;
  return wanted.every((word) => label.toLowerCase().includes(word)) ? 1 : 2;
}

/** The commands that `typed` may mean, the best first; those that fit equally stay in their order. */
export function find<C extends Command>(commands: readonly C[], typed: string): C[] {
  const wanted = words(typed);
  const ranked = commands.map((one) => ({ one, at: rank(one.label, wanted) }));
  return ranked
    .filter(({ at }) => at < 2)
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
