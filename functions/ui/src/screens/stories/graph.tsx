import type { Checked } from "../../api/teach.ts";
import { layout } from "../../model/graph.ts";
import type { Graph, Node } from "../../model/graph.ts";

const WIDTH = 168;
const HEIGHT = 30;
const GAP_X = 20;
const GAP_Y = 22;
const LETTERS = 24;

const left = (node: Node): number => node.x * (WIDTH + GAP_X);
const top = (node: Node): number => node.y * (HEIGHT + GAP_Y);

const short = (text: string): string => (text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text);

const KINDS: Record<string, string> = { slot_was_set: "slot", active_loop: "form" };

const said = (node: Node): string =>
  node.kind === "intent" || node.kind === "action" ? node.label : `${KINDS[node.kind] ?? node.kind}: ${node.label}`;

const Edge = ({ from, to }: { from: Node; to: Node }) => {
  const [x1, y1] = [left(from) + WIDTH / 2, top(from) + HEIGHT];
  const [x2, y2] = [left(to) + WIDTH / 2, top(to)];
  return <path d={`M${x1} ${y1}C${x1} ${y1 + GAP_Y} ${x2} ${y2 - GAP_Y} ${x2} ${y2}`} />;
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

const Drawing = ({ graph }: { graph: Graph }) => {
  const [w, h] = [graph.width * (WIDTH + GAP_X) - GAP_X, graph.height * (HEIGHT + GAP_Y)];
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  return (
    <svg class="graph" width={w} height={h} viewBox={`-2 -2 ${w + 4} ${h + 4}`} role="img" aria-label="Graph">
      {graph.nodes.map((node) => {
        const from = node.from === null ? undefined : byId.get(node.from);
        return from && <Edge key={`e${node.id}`} from={from} to={node} />;
      })}
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
  return (
    <aside class="col graphcol" aria-label="Graph">
      <div class="scroll" tabIndex={0} role="region" aria-label="Drawing">
        {graph.nodes.length === 0 ? <p class="small muted">The steps are drawn here.</p> : <Drawing graph={graph} />}
        {graph.left > 0 && <p class="small muted">{graph.left} more steps are not drawn.</p>}
        {graph.nodes.length > 0 && <Outline flows={flows} />}
      </div>
    </aside>
  );
}
