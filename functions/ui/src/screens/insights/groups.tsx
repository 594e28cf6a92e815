import type { Group, Insights } from "../../api/insights.ts";
import { count, decimal, percentage } from "../../model/figures.ts";
import { conversationsUrl, roomUrl } from "../../model/route.ts";
import { Spark } from "../../parts/chart.tsx";
import { Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";

type Intent = Insights["intents"][number];

/** Half as much again is ▲ 50 %; it is said in words too. */
const Trend = ({ value }: { value: number | null }) => {
  if (value === null) return <span class="muted">new</span>;
  const rounded = Math.round(Math.abs(value) * 100);
  if (rounded === 0) return <span class="muted">as before</span>;
  return (
    <>
      <span aria-hidden="true">{value > 0 ? "▲" : "▼"} </span>
      <span class="sr">{value > 0 ? "up" : "down"} </span>
      {rounded} %
    </>
  );
};

/** What users want, with its course. */
export const Intents = ({ found }: { found: Insights }) => {
  const from = String(Math.floor(found.start));
  return (
    <Section title="What users want" about="Trend: the later half beside the earlier.">
      <Table
        caption="Intents"
        rows={found.intents}
        id={(one) => one.name}
        empty="No messages in this period."
        columns={[
          {
            name: "Intent",
            cell: (one: Intent) => <a href={conversationsUrl({ from, intent: one.name })}>{one.name}</a>,
          },
          { name: "Messages", cell: (one) => count(one.messages), isNumber: true },
          { name: "Course", cell: (one) => <Spark values={one.series} title={one.series.join(", ")} /> },
          { name: "Trend", cell: (one) => <Trend value={one.trend} />, isNumber: true },
        ]}
      />
    </Section>
  );
};

interface GroupsProps {
  found: Insights;
  title: "Channels" | "Models";
  groups: Group[];
}

/** The same figures by channel, or by model. */
export const Groups = ({ found, title, groups }: GroupsProps) => {
  const from = String(Math.floor(found.start));
  const name = (one: Group): string => one.name ?? one.model_id ?? "not told";
  return (
    <Section title={title}>
      <Table
        caption={title}
        rows={groups}
        id={name}
        empty="No messages in this period."
        columns={[
          {
            name: title.slice(0, -1),
            cell: (one: Group) =>
              one.name ? (
                <a
                  href={
                    title === "Channels" ? conversationsUrl({ from, channel: one.name }) : roomUrl("models", [one.name])
                  }
                >
                  <bdi>{one.name}</bdi>
                </a>
              ) : (
                name(one)
              ),
          },
          { name: "Sessions", cell: (one) => count(one.sessions), isNumber: true },
          { name: "Messages", cell: (one) => count(one.messages), isNumber: true },
          { name: "Confidence", cell: (one) => decimal(one.confidence), isNumber: true },
          { name: "Not understood", cell: (one) => percentage(one.fallback_rate), isNumber: true },
          { name: "Handled", cell: (one) => percentage(one.handled_rate), isNumber: true },
        ]}
      />
    </Section>
  );
};
