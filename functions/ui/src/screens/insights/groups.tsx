import type { Group, Insights } from "../../api/insights.ts";
import { count, decimal, percentage } from "../../model/figures.ts";
import type { Filters } from "../../model/filters.ts";
import { conversationsUrl, roomUrl } from "../../model/route.ts";
import { Spark } from "../../parts/chart.tsx";
import { Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { Course } from "./course.tsx";

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

const called = (one: Group): string => one.name ?? one.model_id ?? "not told";

/** Which share of a group's sessions has at least so many messages. */
const shares = ({ drop_off }: Group): number[] => drop_off.map((sessions) => sessions / (drop_off[0] ?? 1));

/** The same figures by channel, or by model, and how far the sessions of each go. */
export const Groups = ({ found, title, groups }: GroupsProps) => {
  const [word, filter] = title === "Channels" ? (["Channel", "channel"] as const) : (["Model", "model"] as const);
  const behind = (one: Group | undefined, more?: Filters): string => {
    const name = one?.name ?? one?.model_id;
    return conversationsUrl({ from: String(Math.floor(found.start)), ...(name && { [filter]: name }), ...more });
  };
  const longest = Math.max(0, ...groups.map((one) => one.drop_off.length));
  return (
    <>
      <Section title={title}>
        <Table
          caption={title}
          rows={groups}
          id={called}
          empty="No messages in this period."
          columns={[
            {
              name: word,
              cell: (one: Group) => {
                const name = <bdi>{called(one)}</bdi>;
                if (!one.name) return name;
                return <a href={word === "Model" ? roomUrl("models", [one.name]) : behind(one)}>{name}</a>;
              },
            },
            { name: "Sessions", cell: (one) => <a href={behind(one)}>{count(one.sessions)}</a>, isNumber: true },
            { name: "Messages", cell: (one) => count(one.messages), isNumber: true },
            { name: "Confidence", cell: (one) => decimal(one.confidence), isNumber: true },
            { name: "Not understood", cell: (one) => percentage(one.fallback_rate), isNumber: true },
            { name: "Handled", cell: (one) => percentage(one.handled_rate), isNumber: true },
          ]}
        />
      </Section>
      {longest > 0 && (
        <Course
          title={`How far sessions go by ${filter}`}
          about="The share of sessions with at least so many messages."
          lines={groups.map((one) => ({ name: called(one), values: shares(one) }))}
          places={Array.from({ length: longest }, (_, i) => String(i + 1))}
          what="Messages"
          links={(place, line) => behind(groups[line ?? -1], { messages: String(place + 1) })}
          write={percentage}
          most={1}
          isByLine
        />
      )}
    </>
  );
};
