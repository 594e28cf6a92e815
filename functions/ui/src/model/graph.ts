import type { Taken } from "../api/insights.ts";
import type { Checked } from "../api/teach.ts";

export interface Node {
  id: number;
  kind: string;
  label: string;
  /** Places from the left and from the top. */
  x: number;
  y: number;
  /** The node above; null for a first step. */
  from: number | null;
  /** How many stories go through it. */
  stories: number;
  /** A story ends here. */
  isEnd: boolean;
}

export interface Graph {
  nodes: Node[];
  width: number;
  height: number;
  /** Steps that were left out because the drawing would be too large. */
  left: number;
}

interface Branch {
  node: Node;
  branches: Map<string, Branch>;
}

type Flows = Checked["flows"];

const MOST = 200;

function grow(flows: Flows): { roots: Map<string, Branch>; left: number } {
  const roots = new Map<string, Branch>();
  let made = 0;
  let left = 0;
  for (const flow of flows) {
    let [branches, from] = [roots, null as Branch | null];
    for (const step of flow.steps) {
      const name = `${step.kind} ${step.label}`;
      let next = branches.get(name);
      if (!next) {
        if (made >= MOST) {
          left += 1;
          continue;
        }
        const { kind, label } = step;
        const place = { id: made++, kind, label, x: 0, y: from ? from.node.y + 1 : 0, from: from?.node.id ?? null };
        next = { node: { ...place, stories: 0, isEnd: false }, branches: new Map() };
        branches.set(name, next);
      }
      next.node.stories += 1;
      [branches, from] = [next.branches, next];
    }
    if (from) from.node.isEnd = true;
  }
  return { roots, left };
}

/** Give a branch its column: the first one it branches into, so that a story without choices is a straight line. */
function place(branch: Branch, column: number, nodes: Node[]): number {
  branch.node.x = column;
  nodes.push(branch.node);
  let next = column;
  [...branch.branches.values()].forEach((one, i) => (next = place(one, i === 0 ? column : next + 1, nodes)));
  return next;
}

/** Stories as a tree: what begins in the same way is drawn once. */
export function layout(flows: Flows): Graph {
  const { roots, left } = grow(flows);
  const nodes: Node[] = [];
  let column = -1;
  for (const root of roots.values()) column = place(root, column + 1, nodes);
  return { nodes, width: column + 1, height: Math.max(0, ...nodes.map((node) => node.y + 1)), left };
}

/** What conversations can tell of a node: the intents or the action that it stands for. Slots and forms are no steps there. */
function namesOf(node: Node): string[] {
  if (node.kind === "or") return node.label.split(" or ").map((name) => `intent ${name}`);
  return node.kind === "intent" || node.kind === "action" ? [`${node.kind} ${node.label}`] : [];
}

/** How often conversations went from the step before to this one, by node; nodes that are no steps are left out. */
export function coverage(graph: Graph, taken: Taken[]): Map<number, number> {
  const times = new Map(
    taken.map((one) => [
      `${one.before ? `${one.before.kind} ${one.before.name}` : ""}\n${one.kind} ${one.name}`,
      one.times,
    ]),
  );
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const before = (node: Node): string[] => {
    const above = node.from === null ? undefined : byId.get(node.from);
    if (!above) return [""];
    const names = namesOf(above);
    return names.length > 0 ? names : before(above);
  };
  const sum = (node: Node): number =>
    before(node)
      .flatMap((from) => namesOf(node).map((to) => times.get(`${from}\n${to}`) ?? 0))
      .reduce((a, b) => a + b, 0);
  return new Map(graph.nodes.filter((node) => namesOf(node).length > 0).map((node) => [node.id, sum(node)]));
}
