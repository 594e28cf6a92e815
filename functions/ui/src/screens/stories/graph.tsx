import type { Checked } from "../../api/teach.ts";
import { taken } from "../../api/insights.ts";
import { count } from "../../model/figures.ts";
import { coverage, layout } from "../../model/graph.ts";
import type { Graph, Node } from "../../model/graph.ts";

import { useLoad } from "../../state/load.ts";
import { may } from "../../state/token.ts";

const WIDTH = 168;
const HEIGHT = 30;
const GAP_X = 20;
const GAP_Y = 28;
const LETTERS = 24;

const left = (node: Node): number => node.x * (WIDTH + GAP_X);
const top = (node: Node): number => node.y * (HEIGHT + GAP_Y);

const short = (text: string): string => (text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text);

const KINDS: Record<string, string> = { slot_was_set: "slot", active_loop: "form" };

const said = (node: Node): string =>
  node.kind === "intent" || node.kind === "action" ? node.label : `${KINDS[node.kind] ?? node.kind}: ${node.label}`;

interface EdgeProps {
  from: Node | undefined;
  to: Node;
  /** How often conversations went this way; undefined while unknown. */
  times: number | undefined;
}

const Edge = ({ from, to, times }: EdgeProps) => {
  const [x, y] = [left(to) + WIDTH / 2, top(to)];
  const [x1, y1] = from ? [left(from) + WIDTH / 2, top(from) + HEIGHT] : [x, y - GAP_Y / 2];
  return (
    <g class={times === 0 ? "untaken" : undefined}>
      <path d={`M${x1} ${y1}C${x1} ${y1 + GAP_Y} ${x} ${y - GAP_Y} ${x} ${y}`} />
      {times !== undefined && (
        <text x={x + 6} y={y - 6}>
          {count(times)}
        </text>
      )}
    </g>
  );
};

const Box = ({ node }: { node: Node }) => (
  <g class={`box ${node.kind}`} transform={`translate(${left(node)} ${top(node)})`}>
    <title>{`${said(node)}${node.stories > 1 ? `, in ${node.stories} stories` : ""}`}</title>
    <rect width={WIDTH} height={HEIGHT} rx={node.kind === "intent" || node.kind === "or" ? HEIGHT / 2 : 5} />
    <text x={WIDTH / 2} y={HEIGHT / 2 + 4} text-anchor="middle">
      {short(said(node))}
    </text>
    {node.isEnd && <circle cx={WIDTH / 2} cy={HEIGHT + 7} r={3} />}
  </g>
);

const Drawing = ({ graph, times }: { graph: Graph; times: Map<number, number> }) => {
  const [wide, high] = [graph.width * (WIDTH + GAP_X) - GAP_X, graph.height * (HEIGHT + GAP_Y)];
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  return (
    <svg
      class="graph"
      width={wide}
      height={high}
      viewBox={`-2 -${GAP_Y} ${wide + 4} ${high + GAP_Y}`}
      role="img"
      aria-label="Graph"
    >
      {graph.nodes.map((node) => (
        <Edge
          key={`e${node.id}`}
          from={node.from === null ? undefined : byId.get(node.from)}
          to={node}
          times={times.get(node.id)}
        />
      ))}
      {graph.nodes.map((node) => (
        <Box key={node.id} node={node} />
      ))}
    </svg>
  );
};

const Outline = ({ flows }: { flows: Checked["flows"] }) => (
  <details class="numbers">
    <summary>As a list</summary>
    {flows.map((flow, i) => (
      <section key={i}>
        <h3>{flow.name}</h3>
        <ol>
          {flow.steps.map((step, n) => (
            <li key={n}>
              <span class="muted">{step.kind}</span> {step.label}
            </li>
          ))}
        </ol>
      </section>
    ))}
  </details>
);

/** Stories drawn from the top down: rounded is what the user says, square what the bot does. The same as a list below. */
export function GraphColumn({ flows }: { flows: Checked["flows"] }) {
  const graph = layout(flows);
  const known = useLoad("taken", async () => (may("analytics:get") ? await taken() : null));
  const times = known.data ? coverage(graph, known.data) : new Map<number, number>();
  return (
    <aside class="col graphcol" aria-label="Graph">
      <div class="scroll" tabIndex={0} role="region" aria-label="Drawing">
        {graph.nodes.length === 0 ? (
          <p class="small muted">The steps are drawn here.</p>
        ) : (
          <Drawing graph={graph} times={times} />
        )}
        {times.size > 0 && <p class="small muted">Numbers: how often conversations went that way in thirty days.</p>}
        {graph.left > 0 && <p class="small muted">{graph.left} more steps are not drawn.</p>}
        {graph.nodes.length > 0 && <Outline flows={flows} />}
      </div>
    </aside>
  );
}
